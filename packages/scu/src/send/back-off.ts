import type { Clock } from '@dcm/transport'
import type { RetryOptions } from './send-options.ts'

/** How long to wait before an attempt, and the waiting. */
export class BackOff {
  readonly attempts: number
  readonly #firstDelayMs: number
  readonly #maximumDelayMs: number
  readonly #random: () => number
  readonly #clock: Clock

  constructor(clock: Clock, options: RetryOptions) {
    const { attempts = 5, firstDelayMs = 2_000, maximumDelayMs = 60_000, random = Math.random } = options
    this.attempts = attempts
    this.#firstDelayMs = firstDelayMs
    this.#maximumDelayMs = maximumDelayMs
    this.#random = random
    this.#clock = clock
  }

  /**
   * Anything up to a limit that doubles: those whom one failure hit together do not come back together.
   *
   * @param failed attempts that failed, 1 or more
   */
  delayMs(failed: number): number {
    const limit = Math.min(this.#firstDelayMs * 2 ** (failed - 1), this.#maximumDelayMs)
    return Math.round(this.#random() * limit)
  }

  /** Resolves after so long, or when the signal fires. */
  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) {
        resolve()
        return
      }
      const done = (): void => {
        this.#clock.clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = this.#clock.setTimeout(done, ms)
      signal?.addEventListener('abort', done)
    })
  }
}
