import { UsageError } from '@dcm/pdu'

/** In milliseconds: Node's timers take no more, and make 1 ms of what they cannot take. */
export const longestTimeoutMs = 2_147_483_647

/**
 * Checks a limit or a delay; also for layers above, which have some of their own.
 *
 * @throws UsageError `DCM_LIMIT_RANGE` for what is no number from `least` to `most`.
 */
export function requireRange(name: string, value: number, least: number, most = Infinity): void {
  // From JavaScript a text could stand here, which compares like a number.
  if (typeof (value as unknown) === 'number' && value >= least && value <= most) return
  throw outOfRange(name, value, 'a number', least, most)
}

/** The same for a count. @throws UsageError `DCM_LIMIT_RANGE` for what is no whole number from `least` to `most`. */
export function requireWholeNumber(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw outOfRange(name, value, 'a whole number', least, most)
}

function outOfRange(name: string, value: number, kind: string, least: number, most: number): UsageError {
  return new UsageError(
    `${name} is ${String(value)}; allowed is ${kind} from ${String(least)} ${most === Infinity ? 'on' : `to ${String(most)}`}`,
    'DCM_LIMIT_RANGE',
  )
}
