import { constants, inflateRawSync } from 'node:zlib'

/** A head is rarely longer than this when compressed, in bytes; the first attempt is made with so many. */
const firstAttemptBytes = 1_024
/** Compressed bytes kept at most; a head that needs more is given up. */
const maximumCompressedBytes = 65_536

/**
 * Inflates the beginning of an RFC 1951 stream. It tries with the first KiB, then with twice as much, and so on, and gives each
 * time what is new: at most double work, no state of the compressor between calls, and a bound on the output that holds however
 * far the input would expand.
 */
export class HeadInflater {
  readonly #maximumHeadBytes: number
  #compressed = new Uint8Array(firstAttemptBytes)
  #used = 0
  #given = 0

  constructor(maximumHeadBytes: number) {
    this.#maximumHeadBytes = maximumHeadBytes
  }

  /** @throws RangeError when the head cannot be had. */
  push(chunk: Uint8Array): Uint8Array {
    const outputs: Uint8Array[] = []
    let rest = chunk
    while (rest.length > 0) {
      if (this.#used === this.#compressed.length) this.#grow()
      const taken = rest.subarray(0, this.#compressed.length - this.#used)
      this.#compressed.set(taken, this.#used)
      this.#used += taken.length
      rest = rest.subarray(taken.length)
      if (this.#used < this.#compressed.length) break
      outputs.push(this.#inflate())
    }
    return outputs.length === 1 && outputs[0] ? outputs[0] : Buffer.concat(outputs)
  }

  end(): Uint8Array {
    return this.#inflate()
  }

  #grow(): void {
    if (this.#used >= maximumCompressedBytes) {
      throw tooLong(maximumCompressedBytes)
    }
    const grown = new Uint8Array(this.#used * 2)
    grown.set(this.#compressed)
    this.#compressed = grown
  }

  #inflate(): Uint8Array {
    const inflated = inflateBounded(this.#compressed.subarray(0, this.#used), this.#maximumHeadBytes)
    const output = inflated.subarray(this.#given)
    this.#given = inflated.length
    return output
  }
}

function inflateBounded(compressed: Uint8Array, maximumBytes: number): Uint8Array {
  try {
    // The stream is cut: a sync flush gives what can be had of it.
    return inflateRawSync(compressed, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: maximumBytes })
  } catch (error) {
    if (error instanceof RangeError) throw tooLong(maximumBytes)
    throw new RangeError('the data set is no deflated stream', { cause: error })
  }
}

function tooLong(maximumBytes: number): RangeError {
  return new RangeError(`the deflated head exceeds the limit of ${String(maximumBytes)} bytes`)
}
