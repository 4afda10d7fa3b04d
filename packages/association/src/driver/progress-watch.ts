import { type Clock, TimeoutError, type TimerHandle } from '@dcm/transport'
import type { AssociationOptions } from './options.ts'

/** Payload that counts as progress inside a PDU, in bytes. */
const progressBytes = 65_536

/**
 * Ends an association whose peer is silent, or drips. Progress is a finished PDU, the begin of one, or 64 KiB of payload;
 * single bytes are not. One timer serves both limits and is looked at when it fires, so that the data path only
 * notes the time.
 */
export class ProgressWatch {
  readonly #clock: Clock
  readonly #idleTimeoutMs: number
  readonly #pduTimeoutMs: number
  readonly #expired: (error: TimeoutError) => void
  #handle: TimerHandle
  #lastProgress = 0
  #midPdu = false
  #payload = 0
  #suspended = false

  constructor(
    {
      clock,
      idleTimeoutMs,
      pduTimeoutMs,
    }: Pick<Required<AssociationOptions>, 'clock' | 'idleTimeoutMs' | 'pduTimeoutMs'>,
    expired: (error: TimeoutError) => void,
  ) {
    this.#clock = clock
    this.#idleTimeoutMs = idleTimeoutMs
    this.#pduTimeoutMs = pduTimeoutMs
    this.#expired = expired
  }

  start(): void {
    this.#lastProgress = this.#clock.now()
    this.#arm(this.#wait())
  }

  stop(): void {
    if (this.#handle !== undefined) this.#clock.clearTimeout(this.#handle)
    this.#handle = undefined
  }

  /** While it is our turn, the peer owes nothing. */
  set suspended(suspended: boolean) {
    if (this.#suspended && !suspended) this.#lastProgress = this.#clock.now()
    this.#suspended = suspended
  }

  /** Bytes came: whether a PDU ended in them, and whether they end inside one. */
  received(bytes: number, finishedPdu: boolean, midPdu: boolean): void {
    this.#payload += bytes
    if (finishedPdu || !this.#midPdu || this.#payload >= progressBytes) {
      this.#payload = 0
      this.#lastProgress = this.#clock.now()
    }
    this.#midPdu = midPdu
  }

  #limit(): number {
    return this.#midPdu ? this.#pduTimeoutMs : this.#idleTimeoutMs
  }

  /** Never longer than the shorter limit, as a PDU may begin while the timer runs. */
  #wait(): number {
    const elapsed = this.#clock.now() - this.#lastProgress
    const shorter = Math.min(this.#pduTimeoutMs, this.#idleTimeoutMs)
    return this.#suspended ? shorter : Math.max(1, Math.min(this.#limit() - elapsed, shorter))
  }

  #arm(ms: number): void {
    this.#handle = this.#clock.setTimeout(() => {
      this.#handle = undefined
      const limit = this.#limit()
      if (!this.#suspended && this.#clock.now() - this.#lastProgress >= limit) {
        this.#expired(new TimeoutError(this.#midPdu ? 'pdu' : 'idle', limit))
      } else {
        this.#arm(this.#wait())
      }
    }, ms)
  }
}
