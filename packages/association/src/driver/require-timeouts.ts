import { longestTimeoutMs, requireRange } from './require-range.ts'

/**
 * Checks every option whose name ends in `TimeoutMs`, and `deadlineMs`; also for layers above, which have some of their own.
 *
 * @throws UsageError `DCM_LIMIT_RANGE` for one that is not from 1 to 2147483647.
 */
export function requireTimeouts(options: object): void {
  for (const [name, ms] of Object.entries(options) as [string, number | undefined][]) {
    if (/(?:Timeout|^deadline)Ms$/.test(name) && ms !== undefined) requireRange(name, ms, 1, longestTimeoutMs)
  }
}
