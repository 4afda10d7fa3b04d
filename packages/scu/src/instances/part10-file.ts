import { type FileHandle, open } from 'node:fs/promises'
import { parseFileMeta, readFileMeta, type FileMetaResult } from '@dcm/dataset'
import { FileByteSource } from './file-byte-source.ts'
import { InstanceError } from './instance-error.ts'
import type { InstanceToStore } from './instance.ts'

/** One read fetches the meta and, of most slices, all there is. In bytes. */
const firstReadBytes = 589_824

/** A Part 10 file, open to be sent. Whoever opened it closes it. */
export interface Part10File extends InstanceToStore, AsyncDisposable {
  /** Of the data set. */
  readonly dataSetBytes: number
  close(): Promise<void>
}

/**
 * Opens a Part 10 file and reads its file meta. The data set is read when it is sent, half a MiB at a time.
 *
 * @throws InstanceError `DCM_INSTANCE_UNREADABLE`, `DCM_INSTANCE_NOT_PART10`
 */
export async function openPart10(path: string): Promise<Part10File> {
  const handle = await orUnreadable(path, open(path, 'r'))
  try {
    return await opened(path, handle)
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function opened(path: string, handle: FileHandle): Promise<Part10File> {
  const { size } = await orUnreadable(path, handle.stat())
  const start = await orUnreadable(path, readStart(handle, Math.min(size, firstReadBytes)))
  const parsed = parseFileMeta(start)
  const result = parsed.type === 'incomplete' ? await readFileMeta(handle) : parsed
  const { meta, dataSetOffset } = requirePart10(path, result)
  const first = start.subarray(Math.min(dataSetOffset, start.length))
  const close = () => handle.close()
  return {
    ...meta,
    dataSet: new FileByteSource(handle, Math.min(dataSetOffset, size), size, first),
    dataSetBytes: size - dataSetOffset,
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function readStart(handle: FileHandle, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafeSlow(length), 0, length, 0)
  return buffer.subarray(0, bytesRead)
}

/** What the meta has to say. The identity of the instance is its Media Storage SOP Class and Instance UID (PS3.10 7.1). */
function requirePart10(path: string, result: FileMetaResult) {
  if (result.type === 'no-prefix') throw notPart10(path, 'it has no DICM prefix')
  if (result.type === 'malformed') throw notPart10(path, result.reason)
  const { mediaStorageSopClassUid, mediaStorageSopInstanceUid, transferSyntaxUid } = result.meta
  if (!mediaStorageSopClassUid) throw notPart10(path, 'its file meta names no SOP class')
  if (!mediaStorageSopInstanceUid) throw notPart10(path, 'its file meta names no SOP instance')
  if (!transferSyntaxUid) throw notPart10(path, 'its file meta names no transfer syntax')
  const meta = {
    sopClassUid: mediaStorageSopClassUid,
    sopInstanceUid: mediaStorageSopInstanceUid,
    transferSyntaxUid,
  }
  return { meta, dataSetOffset: result.dataSetOffset }
}

function notPart10(path: string, why: string): InstanceError {
  return new InstanceError('DCM_INSTANCE_NOT_PART10', `${path} is no Part 10 file that can be sent: ${why}`)
}

async function orUnreadable<T>(path: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise
  } catch (cause) {
    throw new InstanceError(
      'DCM_INSTANCE_UNREADABLE',
      `${path} cannot be read: ${(cause as Error).message}`,
      {
        cause,
      },
    )
  }
}
