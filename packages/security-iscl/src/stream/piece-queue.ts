/** Octets that wait to be sealed, kept as the pieces they came in. */
export class PieceQueue {
  #pieces: Uint8Array[] = []
  #next = 0

  /** Replaces what was there, which must have been taken. */
  fill(pieces: readonly Uint8Array[]): void {
    this.#pieces = pieces.filter((piece) => piece.length > 0)
    this.#next = 0
  }

  get isEmpty(): boolean {
    return this.#next === this.#pieces.length
  }

  /** The first octets, at most so many; a piece that does not fit is cut. */
  take(maxBytes: number): Uint8Array[] {
    const taken: Uint8Array[] = []
    let room = maxBytes
    while (room > 0) {
      const piece = this.#pieces[this.#next]
      if (piece === undefined) break
      const part = piece.subarray(0, room)
      taken.push(part)
      room -= part.length
      if (part.length === piece.length) this.#next++
      else this.#pieces[this.#next] = piece.subarray(part.length)
    }
    if (this.isEmpty) this.fill([])
    return taken
  }
}
