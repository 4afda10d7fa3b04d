/** Joins the pieces of a value. Room grows with what arrives, at most by doubling, so that a length alone takes no memory. */
export class ValueCollector {
  #length = 0
  #filled = 0
  #bytes: Buffer | undefined

  start(length: number): void {
    this.#length = length
    this.#filled = 0
    this.#bytes = undefined
  }

  /** A piece; copied, unless it is the whole value. */
  push(piece: Uint8Array): void {
    if (this.#filled === 0 && piece.length === this.#length) {
      this.#bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length)
    } else {
      const needed = this.#filled + piece.length
      if (!this.#bytes || needed > this.#bytes.length) this.#grow(needed)
      this.#bytes?.set(piece, this.#filled)
    }
    this.#filled += piece.length
  }

  /** The value; of a single piece, that piece. */
  take(): Buffer {
    const value = this.#bytes?.subarray(0, this.#filled) ?? Buffer.alloc(0)
    this.#bytes = undefined
    return value
  }

  #grow(needed: number): void {
    const grown = Buffer.allocUnsafe(Math.min(this.#length, Math.max(needed, this.#filled * 2, 256)))
    if (this.#bytes) grown.set(this.#bytes.subarray(0, this.#filled))
    this.#bytes = grown
  }
}
