import type { Clock, TimerHandle } from '@dcm/transport'

/**
 * When the next pending response is due: each `intervalMs`, whatever happens, so that a requestor sees that we live; with 0 after
 * each sub-operation. Never faster than the peer takes them, as the next is waited for when the last has left.
 */
export class PendingPace {
  readonly #intervalMs: number
  readonly #clock: Clock
  #waiting: ((due: boolean) => void) | undefined
  #timer: TimerHandle
  #progressed = false
  #over = false

  constructor(intervalMs: number, clock: Clock) {
    this.#intervalMs = intervalMs
    this.#clock = clock
  }

  /** True when a response is due; false when all is over. One call at a time. */
  due(): Promise<boolean> {
    if (this.#over) return Promise.resolve(false)
    if (this.#progressed) {
      this.#progressed = false
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      this.#waiting = resolve
      if (this.#intervalMs > 0) {
        this.#timer = this.#clock.setTimeout(() => {
          this.#settle(true)
        }, this.#intervalMs)
      }
    })
  }

  /** A sub-operation has ended. */
  progressed(): void {
    if (this.#intervalMs > 0) return
    if (this.#waiting) this.#settle(true)
    else this.#progressed = true
  }

  end(): void {
    this.#over = true
    this.#clock.clearTimeout(this.#timer)
    this.#settle(false)
  }

  #settle(due: boolean): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.(due)
  }
}
