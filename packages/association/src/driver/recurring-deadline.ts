import { type Clock, TimeoutError, type TimerHandle } from '@dcm/transport'

/**
 * A {@link Deadline} of a wait that begins and ends with every message. Its timer runs on in between and is looked at when it fires, so
 * that the data path only notes the time.
 */
export class RecurringDeadline {
  readonly #timer: string
  readonly #timeoutMs: number
  readonly #clock: Clock
  readonly #expired: (error: TimeoutError) => void
  #handle: TimerHandle
  /** When the wait began; undefined when nothing is waited for. */
  #startedAt: number | undefined

  constructor(timer: string, timeoutMs: number, clock: Clock, expired: (error: TimeoutError) => void) {
    this.#timer = timer
    this.#timeoutMs = timeoutMs
    this.#clock = clock
    this.#expired = expired
  }

  /** Nothing when it is running. */
  start(): void {
    if (this.#startedAt !== undefined) return
    this.#startedAt = this.#clock.now()
    if (this.#handle === undefined) this.#arm(this.#timeoutMs)
  }

  stop(): void {
    this.#startedAt = undefined
  }

  /** It is not needed any more: no timer stays behind. */
  end(): void {
    this.stop()
    if (this.#handle !== undefined) this.#clock.clearTimeout(this.#handle)
    this.#handle = undefined
  }

  #arm(ms: number): void {
    this.#handle = this.#clock.setTimeout(() => {
      this.#handle = undefined
      if (this.#startedAt === undefined) return
      const remainingMs = this.#startedAt + this.#timeoutMs - this.#clock.now()
      if (remainingMs > 0) {
        this.#arm(remainingMs)
      } else {
        this.stop()
        this.#expired(new TimeoutError(this.#timer, this.#timeoutMs))
      }
    }, ms)
  }
}
