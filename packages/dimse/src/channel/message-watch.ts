import { type Association, TimeoutError } from '@dcm/association'

/** What counts as progress inside a message, in bytes of its command and data set; as inside a PDU. */
const progressBytes = 65_536

/**
 * Ends an association whose peer drips a message: the idle timer begins anew with each PDU, however little is in it. Progress is a message
 * that begins, or 64 KiB of it. One timer is looked at when it fires, so that the data path only notes the time.
 */
export class MessageWatch {
  readonly #clock: Association['clock']
  readonly #timeoutMs: number
  readonly #expired: (error: TimeoutError) => void
  #timer: unknown
  #lastProgress = 0
  #bytes = 0
  #midMessage = false
  #held = false

  constructor(clock: Association['clock'], timeoutMs: number, expired: (error: TimeoutError) => void) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
    this.#expired = expired
  }

  /** Bytes of a message came: whether more of it is to come. */
  received(bytes: number, midMessage: boolean): void {
    const begins = midMessage && !this.#midMessage
    this.#midMessage = midMessage
    this.#bytes += bytes
    if (!begins && (!midMessage || this.#bytes < progressBytes)) return
    this.#bytes = 0
    this.#lastProgress = this.#clock.now()
    if (this.#timer === undefined) this.#arm(this.#timeoutMs)
  }

  /** While we do not read, the peer cannot go on. */
  set held(held: boolean) {
    this.#held = held
    this.#lastProgress = this.#clock.now()
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #arm(ms: number): void {
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = undefined
      if (!this.#midMessage) return
      const elapsedMs = this.#held ? 0 : this.#clock.now() - this.#lastProgress
      if (elapsedMs < this.#timeoutMs) this.#arm(this.#timeoutMs - elapsedMs)
      else this.#expired(new TimeoutError('message', this.#timeoutMs))
    }, ms)
  }
}
