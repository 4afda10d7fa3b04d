import { Fault } from './fault.ts'
import type { PacketUnsealer } from './packet-protection.ts'

/** Shorter views are collected before they are opened, so that a packet in one-octet chunks costs no object per octet. */
const COLLECT_BELOW_BYTES = 4096
const COLLECTOR_BYTES = 16 * 1024

/** One protected payload: opened piece by piece as it comes, kept back until its tag is verified. */
export class RecordReader {
  readonly #unsealer: PacketUnsealer
  readonly #tag: Uint8Array
  #tagBytes = 0
  #textRemaining: number
  #pieces: Uint8Array[] = []
  #collector: Uint8Array | undefined
  #collected = 0

  constructor(unsealer: PacketUnsealer, textBytes: number, tagBytes: number) {
    this.#unsealer = unsealer
    this.#textRemaining = textBytes
    this.#tag = new Uint8Array(tagBytes)
  }

  push(view: Uint8Array): void {
    const text = view.subarray(0, this.#textRemaining)
    if (text.length > 0) this.#pushText(text)
    const tag = view.subarray(text.length)
    this.#tag.set(tag, this.#tagBytes)
    this.#tagBytes += tag.length
  }

  /**
   * The plaintext in order; the caller owns the pieces.
   *
   * @throws Fault BAD_RECORD, and nothing of the packet is given out
   */
  finish(): readonly Uint8Array[] {
    if (!this.#unsealer.verify(this.#tag)) throw new Fault('BAD_RECORD', 'a packet fails its integrity check')
    return this.#pieces
  }

  #pushText(text: Uint8Array): void {
    this.#textRemaining -= text.length
    const last = this.#textRemaining === 0
    if (text.length >= COLLECT_BELOW_BYTES || (last && this.#collected === 0)) {
      this.#openCollected()
      this.#pieces.push(this.#unsealer.update(text))
      return
    }
    if (this.#collected + text.length > COLLECTOR_BYTES) this.#openCollected()
    this.#collector ??= new Uint8Array(Math.min(COLLECTOR_BYTES, text.length + this.#textRemaining))
    this.#collector.set(text, this.#collected)
    this.#collected += text.length
    if (last) this.#openCollected()
  }

  #openCollected(): void {
    if (this.#collector === undefined) return
    this.#pieces.push(this.#unsealer.update(this.#collector.subarray(0, this.#collected)))
    // Given away: an integrity-only suite hands on the very octets.
    this.#collector = undefined
    this.#collected = 0
  }
}
