import type { Clock } from '@dcm/transport'

/** How often something may happen: `perSecond` for ever, and `burst` of them at once after a pause. */
export interface Rate {
  readonly perSecond: number
  /** At least 1. */
  readonly burst: number
}

/** Holds up to `burst` tokens, and gets `perSecond` new ones; each event takes one. */
export class TokenBucket {
  readonly #rate: Rate
  readonly #clock: Clock
  #tokens: number
  #filledAt: number

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate
    this.#clock = clock
    this.#tokens = rate.burst
    this.#filledAt = clock.now()
  }

  /** Whether there was a token left, which is gone now. */
  take(): boolean {
    this.#fill()
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }

  /** A full bucket says nothing about the past. */
  get full(): boolean {
    this.#fill()
    return this.#tokens >= this.#rate.burst
  }

  #fill(): void {
    const { perSecond, burst } = this.#rate
    const now = this.#clock.now()
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) / 1_000) * perSecond)
    this.#filledAt = now
  }
}
