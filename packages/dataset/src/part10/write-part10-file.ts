import type { FileHandle } from 'node:fs/promises'
import { encodeFileMeta } from './encode-file-meta.ts'
import type { FileMeta } from './file-meta.ts'

/**
 * Writes a Part 10 file from its start: preamble, file meta information, and the data set as it streams past, one batch after the other
 * and none kept. The file stays open, and syncing and naming it is the caller's; a file whose writing failed is not whole.
 *
 * @returns how many bytes the file has.
 * @throws UsageError as `encodeFileMeta` does, before anything is written; what the handle's `write` and the data set throw.
 */
export async function writePart10File(
  handle: Pick<FileHandle, 'write'>,
  meta: FileMeta,
  dataSet: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<number> {
  let position = await writeAll(handle, encodeFileMeta(meta), 0)
  for await (const batch of dataSet instanceof Uint8Array ? [dataSet] : dataSet) {
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
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, start + written)
    written += bytesWritten
  }
  return start + written
}
