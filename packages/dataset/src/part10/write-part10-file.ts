import type { FileHandle } from 'node:fs/promises'
import { encodeFileMeta } from './encode-file-meta.ts'
import { requireBatches, requireBytes, requireHandle } from '../require-usable.ts'
import type { FileMeta } from './file-meta.ts'

/** Node.js takes less than 2 GiB at once. */
const maximumWriteBytes = 0x4000_0000

/**
 * Writes a Part 10 file from its start: preamble, file meta information, and the data set as it streams past, one batch after the other
 * and none kept. The file stays open, and syncing and naming it is the caller's; a file whose writing failed is not whole.
 *
 * @returns how many bytes the file has.
 * @throws UsageError as `encodeFileMeta` does, and for a data set that is none, before anything is written, and for a batch that is no Uint8Array; what the handle's `write` and the data set throw.
 */
export async function writePart10File(
  handle: Pick<FileHandle, 'write'>,
  meta: FileMeta,
  dataSet: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<number> {
  requireHandle(handle, 'write')
  const batches = dataSet instanceof Uint8Array ? [dataSet] : dataSet
  requireBatches(batches)
  let position = await writeAll(handle, encodeFileMeta(meta), 0)
  for await (const batch of batches) {
    requireBytes(batch)
    position = await writeAll(handle, batch, position)
  }
  return position
}

/** Returns where it ends. */
async function writeAll(
  handle: Pick<FileHandle, 'write'>,
  bytes: Uint8Array,
  start: number,
): Promise<number> {
  let written = 0
  while (written < bytes.length) {
    const length = Math.min(bytes.length - written, maximumWriteBytes)
    const { bytesWritten } = await handle.write(bytes, written, length, start + written)
    // A handle that takes nothing and reports no error would otherwise be asked for ever.
    if (bytesWritten === 0) throw new Error('the file system wrote nothing')
    written += bytesWritten
  }
  return start + written
}
