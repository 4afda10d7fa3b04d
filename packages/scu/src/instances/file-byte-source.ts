import type { FileHandle } from 'node:fs/promises'
import { InstanceError } from './instance-error.ts'

/**
 * Bytes of one read, and of one gathered write. Below 256 KiB the turns of the event loop show; above 1 MiB nothing is gained, and
 * two batches of each file that is sent are in memory.
 */
const batchBytes = 524_288

/** Which part of a file, in bytes from its beginning. */
export interface FilePart {
  readonly position: number
  readonly end: number
  /** Bytes at `position` that were read already. */
  readonly first?: Uint8Array
}

/** A part of an open file as a stream: the next batch is read while the one before is being sent. */
export class FileByteSource {
  readonly #handle: Pick<FileHandle, 'read'>
  readonly #end: number
  #position: number
  #padded: boolean
  #ahead: Promise<Uint8Array | undefined> | undefined

  constructor(handle: Pick<FileHandle, 'read'>, { position, end, first }: FilePart) {
    this.#handle = handle
    this.#end = end
    this.#position = position
    this.#padded = (end - position) % 2 === 0
    if (first && first.length > 0) {
      this.#position += first.length
      this.#ahead = Promise.resolve(first)
    }
  }

  async read(): Promise<readonly Uint8Array[] | undefined> {
    const batch = await (this.#ahead ?? this.#readBatch())
    if (!batch) return undefined
    this.#ahead = this.#readBatch()
    // A failure ahead is told by the read that gets there.
    this.#ahead.catch(() => undefined)
    return [batch]
  }

  async #readBatch(): Promise<Uint8Array | undefined> {
    const length = Math.min(batchBytes, this.#end - this.#position)
    if (length <= 0) return this.#padding()
    const buffer = Buffer.allocUnsafeSlow(length)
    const { bytesRead } = await this.#handle.read(buffer, 0, length, this.#position)
    if (bytesRead === 0) {
      throw new InstanceError(
        'DCM_INSTANCE_CHANGED',
        `the file ends at byte ${String(this.#position)}; it had ${String(this.#end)} bytes when it was opened`,
      )
    }
    this.#position += bytesRead
    return buffer.subarray(0, bytesRead)
  }

  /** PS3.5 A.5: a deflated data set of odd length is padded with a NUL; PS3.8 E.1 wants it of any. */
  #padding(): Uint8Array | undefined {
    if (this.#padded) return undefined
    this.#padded = true
    return new Uint8Array(1)
  }
}
