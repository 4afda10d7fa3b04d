/** Turns the bytes of each word around, in a value that comes in pieces cut anywhere. */
export class WordSwapper {
  readonly #width: number
  readonly #rest: Uint8Array
  #restBytes = 0

  /** @param width of a word, in bytes: 2, 4 or 8 */
  constructor(width: number) {
    this.#width = width
    this.#rest = new Uint8Array(width)
  }

  /** The words that are whole now, a copy. */
  push(bytes: Uint8Array): Uint8Array {
    const width = this.#width
    const all = this.#restBytes + bytes.length
    const whole = all - (all % width)
    const joined = new Uint8Array(all)
    joined.set(this.#rest.subarray(0, this.#restBytes))
    joined.set(bytes, this.#restBytes)
    this.#restBytes = all - whole
    this.#rest.set(joined.subarray(whole))
    const words = Buffer.from(joined.buffer, 0, whole)
    if (width === 2) words.swap16()
    else if (width === 4) words.swap32()
    else words.swap64()
    return words
  }

  /** What is left of a value that is no whole number of words, as it was. */
  end(): Uint8Array {
    return this.#rest.slice(0, this.#restBytes)
  }
}
