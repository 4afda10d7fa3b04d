import { UsageError } from './errors.ts'

/** Node's timers take no more, and a count of this size is no limit. */
const maximumLimit = 2_147_483_647

/**
 * A layer's limit, in units of its own, as it was given: an integer from `minimum` to 2147483647.
 *
 * @throws UsageError `DCM_LIMIT_RANGE`
 */
export function requireLimit(name: string, value: number, minimum: number): number {
  if (Number.isInteger(value) && value >= minimum && value <= maximumLimit) return value
  throw new UsageError(
    `${name} ${String(value)} is out of range; allowed are ${String(minimum)} to ${String(maximumLimit)}`,
    { code: 'DCM_LIMIT_RANGE' },
  )
}
