import { constants as bufferLimits } from 'node:buffer'
import { zlib } from '../zlib.ts'

/** A head is rarely longer than this when compressed, in bytes; the first attempt is made with so many. */
const firstAttemptBytes = 1_024
/** Compressed bytes kept at most; a head that needs more is given up. */
const maximumCompressedBytes = 65_536

/**
 * Inflates the beginning of an RFC 1951 stream. It tries with the first KiB, then with twice as much, and so on, and gives each
 * time what is new: at most double work, no state of the compressor between calls, and a bound on the output that holds however
 * far the input would expand. Who has what was wanted stops asking, so that what comes behind it does not matter.
 */
export class HeadInflater {
  readonly #maximumHeadBytes: number
  #compressed = new Uint8Array(firstAttemptBytes)
  #used = 0
  /** How many compressed bytes were inflated, and to how many. */
  #inflated = 0
  #given = 0

  constructor(maximumHeadBytes: number) {
    this.#maximumHeadBytes = Math.min(maximumHeadBytes, bufferLimits.MAX_LENGTH)
  }

  /** @throws RangeError when the head cannot be had. */
  *push(chunk: Uint8Array): Generator<Uint8Array, void, void> {
    let rest = chunk
    while (rest.length > 0) {
      if (this.#used === this.#compressed.length) this.#grow()
      const taken = rest.subarray(0, this.#compressed.length - this.#used)
      this.#compressed.set(taken, this.#used)
      this.#used += taken.length
      rest = rest.subarray(taken.length)
      if (this.#used === this.#compressed.length) yield* this.end()
    }
  }

  *end(): Generator<Uint8Array, void, void> {
    const all = this.#inflate(this.#used)
    if (all) {
      yield all
      return
    }
    // Pixels that expand far may follow closely on what is wanted: the longest beginning that keeps to the limit.
    for (let step = (this.#used - this.#inflated) >>> 1; step > 0; step >>>= 1) {
      yield this.#inflate(this.#inflated + step) ?? new Uint8Array()
    }
    throw tooLong(this.#maximumHeadBytes)
  }

  #grow(): void {
    if (this.#used >= maximumCompressedBytes) {
      throw tooLong(maximumCompressedBytes)
    }
    const grown = new Uint8Array(this.#used * 2)
    grown.set(this.#compressed)
    this.#compressed = grown
  }

  /** What so many compressed bytes have that was not given; undefined when they pass the limit. */
  #inflate(length: number): Uint8Array | undefined {
    const inflated = inflateBounded(this.#compressed.subarray(0, length), this.#maximumHeadBytes)
    if (!inflated) return undefined
    const output = inflated.subarray(this.#given)
    this.#inflated = length
    this.#given = inflated.length
    return output
  }
}

function inflateBounded(compressed: Uint8Array, maximumBytes: number): Uint8Array | undefined {
  try {
    // The stream is cut: a sync flush gives what can be had of it.
    const { constants, inflateRawSync } = zlib()
    return inflateRawSync(compressed, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: maximumBytes })
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw new RangeError('the data set is no deflated stream', { cause: error })
  }
}

function tooLong(maximumBytes: number): RangeError {
  return new RangeError(`the deflated head exceeds the limit of ${String(maximumBytes)} bytes`)
}
