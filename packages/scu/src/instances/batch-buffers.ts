/**
 * Bytes of one read, and of one gathered write: below 256 KiB the turns of the event loop show, above 1 MiB nothing is gained. So
 * long that most slices, 512 × 512 pixels of 2 bytes, come with one read, file meta and all.
 */
const batchBytes = 589_824

/** Kept for later at most: what one association has under way, in buffers. */
const maximumKept = 4

/**
 * Memory that files are read into, used again and again: memory that was just used is in the processor's cache, fresh memory is not,
 * and costs a page fault each 4 KiB and garbage collections besides.
 */
export class BatchBuffers {
  readonly #free: ArrayBufferLike[] = []

  /** A buffer of a batch; shorter when no more are wanted than so many bytes. */
  take(wantedBytes: number): Uint8Array {
    const kept = this.#free.pop()
    if (kept) return new Uint8Array(kept, 0, Math.min(wantedBytes, batchBytes))
    // Short ones do not come back: what is written for a small file is not worth a batch.
    const length = wantedBytes < batchBytes / 4 ? wantedBytes : batchBytes
    return Buffer.allocUnsafeSlow(length).subarray(0, wantedBytes)
  }

  /** The memory behind a part of a buffer that was taken, when nobody looks at it any more. */
  giveBack(part: Uint8Array): void {
    const { buffer } = part
    if (buffer.byteLength === batchBytes && this.#free.length < maximumKept && !this.#free.includes(buffer)) {
      this.#free.push(buffer)
    }
  }
}
