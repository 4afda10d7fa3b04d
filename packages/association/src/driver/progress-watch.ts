import type { TimeoutError } from '@dcm/transport'
import type { ResolvedAssociationOptions } from './options.ts'
import { type Wait, Waits } from './waits.ts'

/** Payload that counts as progress inside a PDU, in bytes. */
const progressBytes = 65_536

/**
 * Ends an association whose peer is silent, or drips. Progress is a finished PDU, the begin of one, or 64 KiB of payload;
 * single bytes are not.
 */
export class ProgressWatch {
  readonly #waits: Waits
  readonly #idle: Wait
  readonly #pdu: Wait
  #watching = false
  #midPdu = false
  #payload = 0

  constructor(
    { clock, idleTimeoutMs, pduTimeoutMs }: ResolvedAssociationOptions,
    expired: (error: TimeoutError) => void,
  ) {
    this.#waits = new Waits(clock, Infinity)
    this.#idle = { timer: 'idle', timeoutMs: idleTimeoutMs, expired }
    this.#pdu = { timer: 'pdu', timeoutMs: pduTimeoutMs, expired }
  }

  start(): void {
    this.#watching = true
    this.#progress()
  }

  stop(): void {
    this.#watching = false
    for (const wait of [this.#idle, this.#pdu]) this.#waits.end(wait)
    this.#waits.close()
  }

  /** While it is our turn, the peer owes nothing. */
  set suspended(suspended: boolean) {
    this.#waits.held = suspended
  }

  /** Bytes came: whether a PDU ended in them, and whether they end inside one. */
  received(bytes: number, finishedPdu: boolean, midPdu: boolean): void {
    const begins = !this.#midPdu
    this.#midPdu = midPdu
    this.#payload += bytes
    if (begins || finishedPdu || this.#payload >= progressBytes) this.#progress()
  }

  #progress(): void {
    this.#payload = 0
    if (!this.#watching) return
    const other = this.#midPdu ? this.#idle : this.#pdu
    if (other.startedAt !== undefined) this.#waits.end(other)
    this.#waits.begin(this.#midPdu ? this.#pdu : this.#idle)
  }
}
