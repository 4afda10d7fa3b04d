import type { ByteSource } from '@dcm/dimse'
import { BatchBuffers } from './batch-buffers.ts'
import type { FileHead } from './file-head.ts'
import { InstanceError } from './instance-error.ts'
import type { OpenFile } from './open-file.ts'

/** Which part of a file, in bytes from its beginning. */
export interface FilePart {
  readonly position: number
  readonly end: number
  /** Bytes at `position` that were read already. */
  readonly first?: Uint8Array
  /** Has seen `first`, and is shown what follows. */
  readonly head: FileHead
  /** Where memory comes from, and goes back to. */
  readonly buffers: BatchBuffers
  /** Told how many bytes each read gives. */
  readonly onRead: ((bytes: number) => void) | undefined
}

/** A part of an open file as a stream: the next batch is read while the one before is being sent. */
export class FileByteSource implements ByteSource, AsyncDisposable {
  readonly #file: OpenFile
  readonly #end: number
  readonly #head: FileHead
  readonly #buffers: BatchBuffers
  readonly #onRead: FilePart['onRead']
  #position: number
  #padded: boolean
  #ahead: Promise<Uint8Array | undefined> | undefined

  constructor(file: OpenFile, { position, end, first, head, buffers, onRead }: FilePart) {
    this.#file = file
    this.#end = end
    this.#head = head
    this.#buffers = buffers
    this.#onRead = onRead
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
    this.#onRead?.(batch.length)
    return [batch]
  }

  recycle(runs: readonly Uint8Array[]): void {
    for (const run of runs) this.#buffers.giveBack(run)
  }

  /** Closes the file. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#file.close()
  }

  async #readBatch(): Promise<Uint8Array | undefined> {
    const left = this.#end - this.#position
    if (left <= 0) return this.#padding()
    const buffer = this.#buffers.take(left)
    const bytesRead = await this.#file.read(buffer, this.#position)
    if (bytesRead === 0) {
      throw new InstanceError(
        'DCM_INSTANCE_CHANGED',
        `the file ends at byte ${String(this.#position)}; it had ${String(this.#end)} bytes when it was opened`,
      )
    }
    this.#position += bytesRead
    const batch = buffer.subarray(0, bytesRead)
    this.#head.push(batch)
    return batch
  }

  /** PS3.5 A.5: a deflated data set of odd length is padded with a NUL; PS3.8 E.1 wants it of any. */
  #padding(): Uint8Array | undefined {
    if (this.#padded) return undefined
    this.#padded = true
    return new Uint8Array(1)
  }
}
