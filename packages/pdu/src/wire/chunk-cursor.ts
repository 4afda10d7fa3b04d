import { UsageError } from '../usage-error.ts'

/** Bytes of a PDU header and of a PDV header: both 6 (PS3.8 9.3.1, Table 9-23). */
export const headerLengthBytes = 6

/**
 * Reads a stream that comes in chunks: views of the chunk at hand, and headers that may be split between chunks.
 * Keeps one chunk, by reference, and the beginning of one header, by copy.
 */
export class ChunkCursor {
  #chunk: Uint8Array = noBytes
  #position = 0
  /** Where the chunk begins in the stream. */
  #chunkOffset = 0
  readonly #splitHeader = new Uint8Array(headerLengthBytes)
  #splitHeaderFilled = 0

  /** Where the next byte stands in the stream. */
  get byteOffset(): number {
    return this.#chunkOffset + this.#position
  }

  /** Bytes of a split header that were copied and are kept: less than 6. */
  get heldBytes(): number {
    return this.#splitHeaderFilled
  }

  /** @throws UsageError `DCM_DECODER_BUSY` while bytes of the chunk before are unread. */
  push(chunk: Uint8Array): void {
    const unread = this.#chunk.length - this.#position
    if (unread > 0) {
      throw new UsageError(
        `${String(unread)} bytes of the last chunk are unread; call next() until it returns undefined`,
        'DCM_DECODER_BUSY',
      )
    }
    this.release()
    this.#chunk = chunk
  }

  /** Lets go of the chunk. */
  release(): void {
    this.#chunkOffset += this.#position
    this.#position = 0
    this.#chunk = noBytes
  }

  /** The first byte of the header that comes next, as soon as it is there. */
  peekHeader(): number | undefined {
    return this.#splitHeaderFilled > 0 ? this.#splitHeader[0] : this.#chunk[this.#position]
  }

  /** A view of the next bytes, of `length` at most. */
  take(length: number): Uint8Array {
    const begin = this.#position
    this.#position = Math.min(begin + length, this.#chunk.length)
    return this.#chunk.subarray(begin, this.#position)
  }

  /** A header, valid until the next call; undefined when more bytes are needed. */
  takeHeader(): DataView | undefined {
    const begin = this.#position
    if (this.#splitHeaderFilled === 0 && begin + headerLengthBytes <= this.#chunk.length) {
      this.#position = begin + headerLengthBytes
      return new DataView(this.#chunk.buffer, this.#chunk.byteOffset + begin, headerLengthBytes)
    }
    const piece = this.take(headerLengthBytes - this.#splitHeaderFilled)
    this.#splitHeader.set(piece, this.#splitHeaderFilled)
    this.#splitHeaderFilled += piece.length
    if (this.#splitHeaderFilled < headerLengthBytes) return undefined
    this.#splitHeaderFilled = 0
    return new DataView(this.#splitHeader.buffer)
  }
}

const noBytes: Uint8Array = new Uint8Array(0)
