import type { FileHandle } from 'node:fs/promises'
import { requireHandle } from '../require-usable.ts'
import { metaOffset } from './file-meta.ts'
import { type FileMetaResult, parseFileMeta } from './parse-file-meta.ts'

export interface ReadFileMetaOptions {
  /**
   * The longest beginning of the file that is read, in bytes. Default 65536: the fields of PS3.10 7.1 need about one KiB, and only
   * private information can be longer.
   */
  readonly maximumFileMetaBytes?: number
}

/** One read is enough for nearly every file, in bytes. */
const firstReadBytes = 4_096

/**
 * The file meta information of an open file, which stays open and is the caller's to close. Reads at given positions, so
 * the handle's own position does not move.
 *
 * @throws what the handle's `read` throws; UsageError for what is no handle; what the file holds only decides the result.
 */
export async function readFileMeta(
  handle: Pick<FileHandle, 'read'>,
  options: ReadFileMetaOptions = {},
): Promise<FileMetaResult> {
  requireHandle(handle, 'read')
  const { maximumFileMetaBytes = 65_536 } = options
  for (const length of [Math.min(firstReadBytes, maximumFileMetaBytes), maximumFileMetaBytes]) {
    const bytes = await readStart(handle, length)
    const result = parseFileMeta(bytes)
    if (result.type !== 'incomplete') return result
    if (bytes.length < length) return endOfFile(bytes)
  }
  return {
    type: 'malformed',
    reason: `the file meta exceeds the limit of ${String(maximumFileMetaBytes)} bytes`,
  }
}

/** The file ends with its meta, which is a Part 10 file without a data set, or before. */
function endOfFile(bytes: Uint8Array): FileMetaResult {
  if (bytes.length < metaOffset) return { type: 'no-prefix' }
  // Bytes of no element, to see whether the meta ends where the file does.
  const result = parseFileMeta(Buffer.concat([bytes, new Uint8Array(8)]))
  if (result.type === 'file-meta' && result.dataSetOffset === bytes.length) return result
  return { type: 'malformed', reason: `the file ends at byte ${String(bytes.length)}, inside its file meta` }
}

async function readStart(handle: Pick<FileHandle, 'read'>, length: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}
