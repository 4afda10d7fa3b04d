import { type Clock, TimeoutError, type TimerHandle } from '@dcm/transport'

/** One named timer: started, restarted, stopped; fires once. */
export class Deadline {
  readonly #timer: string
  readonly #timeoutMs: number
  readonly #clock: Clock
  readonly #expired: (error: TimeoutError) => void
  #handle: TimerHandle

  constructor(timer: string, timeoutMs: number, clock: Clock, expired: (error: TimeoutError) => void) {
    this.#timer = timer
    this.#timeoutMs = timeoutMs
    this.#clock = clock
    this.#expired = expired
  }

  get running(): boolean {
    return this.#handle !== undefined
  }

  start(): void {
    this.stop()
    this.#handle = this.#clock.setTimeout(() => {
      this.#handle = undefined
      this.#expired(new TimeoutError(this.#timer, this.#timeoutMs))
    }, this.#timeoutMs)
  }

  stop(): void {
    if (this.#handle === undefined) return
    this.#clock.clearTimeout(this.#handle)
    this.#handle = undefined
  }
}
