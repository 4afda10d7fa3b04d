/** Least room reserved for a body that arrives in pieces, in bytes: most A-ASSOCIATE PDUs are shorter. */
const leastCapacityBytes = 1024

/**
 * Puts a PDU body together from the pieces of several chunks. Room grows by doubling with what has arrived, not with what was
 * announced: a peer that announces 1 MiB and sends 10 bytes costs 1 KiB, and the copying stays linear.
 */
export class BodyCollector {
  readonly #length: number
  #bytes: Uint8Array
  #filled = 0

  constructor(length: number) {
    this.#length = length
    this.#bytes = new Uint8Array(Math.min(length, leastCapacityBytes))
  }

  get filled(): number {
    return this.#filled
  }

  get missing(): number {
    return this.#length - this.#filled
  }

  /** The body; whole when nothing is missing. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#filled)
  }

  /** Copies a piece, of `missing` bytes at most. */
  add(piece: Uint8Array): void {
    const needed = this.#filled + piece.length
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(this.#length, Math.max(needed, this.#bytes.length * 2)))
      grown.set(this.bytes)
      this.#bytes = grown
    }
    this.#bytes.set(piece, this.#filled)
    this.#filled = needed
  }
}
