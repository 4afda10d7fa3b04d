import { UsageError } from '@dcm/pdu'

/** Node's timers take no more, and make 1 ms of what they cannot take. */
const longestTimeoutMs = 2_147_483_647

/**
 * Checks every option whose name ends in `TimeoutMs`, and `deadlineMs`; also for layers above, which have some of their own.
 *
 * @throws UsageError `DCM_LIMIT_RANGE` for one that is not from 1 to 2147483647.
 */
export function requireTimeouts(options: object): void {
  for (const [name, ms] of Object.entries(options) as [string, number | undefined][]) {
    if (!/(?:Timeout|^deadline)Ms$/.test(name) || ms === undefined) continue
    if (Number.isFinite(ms) && ms >= 1 && ms <= longestTimeoutMs) continue
    throw new UsageError(
      `${name} is ${String(ms)}; allowed is a number from 1 to ${String(longestTimeoutMs)}`,
      'DCM_LIMIT_RANGE',
    )
  }
}
