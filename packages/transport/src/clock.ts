/** Handed back by {@link Clock.setTimeout}; opaque. */
export type TimerHandle = unknown

/** The time a layer may use; tests inject one they can move by hand. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. */
  now(): number
  /** Calls `callback` once after `ms` milliseconds. */
  setTimeout(callback: () => void, ms: number): TimerHandle
  /** Cancels; harmless when the timer has fired or was cancelled. */
  clearTimeout(handle: TimerHandle): void
}

/** Node's own timers. */
export const systemClock: Clock = {
  // The first use of `performance` loads all of node:perf_hooks.
  now: () => Number(process.hrtime.bigint()) / 1e6,
  setTimeout,
  clearTimeout,
}
