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

// The first use of `performance` loads all of node:perf_hooks.
const { hrtime } = process

/**
 * Node's own timers and time, as they were when this was loaded: the fake timers of a test framework reach neither, save those that
 * were there before. A test gives a {@link Clock} of its own.
 */
export const systemClock: Clock = {
  now: () => Number(hrtime.bigint()) / 1e6,
  setTimeout,
  clearTimeout,
}
