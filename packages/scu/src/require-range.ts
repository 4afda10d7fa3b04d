import { UsageError } from '@dcm/transport'

/** Node's timers take no more, and make 1 ms of what they cannot take. */
export const longestTimeoutMs = 2_147_483_647

/** @throws UsageError `DCM_LIMIT_RANGE` */
export function requireRange(name: string, value: number, least: number, most = Infinity): void {
  if (value >= least && value <= most) return
  throw new UsageError(
    `${name} is ${String(value)}; allowed is a number from ${String(least)} to ${String(most)}`,
    { code: 'DCM_LIMIT_RANGE' },
  )
}
