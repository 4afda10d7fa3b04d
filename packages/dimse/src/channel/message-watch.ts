import { type Association, type TimeoutError, type Wait, Waits } from '@dcm/association'

/** What counts as progress inside a message, in bytes of its command and data set; as inside a PDU. */
const progressBytes = 65_536

/**
 * Ends an association whose peer drips a message: the idle timer begins anew with each PDU, however little is in it. Progress is a message
 * that begins, or 64 KiB of it. While we do not read, the peer cannot go on.
 */
export class MessageWatch {
  readonly #waits: Waits
  readonly #rest: Wait
  #bytes = 0

  constructor(clock: Association['clock'], timeoutMs: number, expired: (error: TimeoutError) => void) {
    this.#waits = new Waits(clock, Infinity)
    this.#rest = { timer: 'message', timeoutMs, expired }
  }

  /** Bytes of a message came: whether more of it is to come. */
  received(bytes: number, midMessage: boolean): void {
    this.#bytes += bytes
    if (!midMessage) {
      this.#waits.end(this.#rest)
    } else if (this.#rest.startedAt === undefined || this.#bytes >= progressBytes) {
      this.#bytes = 0
      this.#waits.begin(this.#rest)
    }
  }

  set held(held: boolean) {
    this.#waits.held = held
  }

  stop(): void {
    this.#waits.end(this.#rest)
    this.#waits.close()
  }
}
