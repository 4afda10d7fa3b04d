import { type FileMetaResult, parseFileMeta, type PartialFileMeta, readFileMeta } from '@dcm/dataset'
import { FileHead } from './file-head.ts'
import { InstanceError } from './instance-error.ts'
import { OpenFile } from './open-file.ts'
import { unreadable } from './unreadable.ts'

/** What a Part 10 file says it is. */
interface InstanceIdentity {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly transferSyntaxUid: string
}

/** Where the data set begins in the file, and how many bytes it has. */
export interface IdentifiedFile extends InstanceIdentity {
  readonly dataSetOffset: number
  readonly dataSetBytes: number
}

/** The meta of most files, and the head of their data set, in bytes. */
const scanBytes = 8_192

/** What a file is, with one read of it. @throws InstanceError */
export async function readIdentity(path: string): Promise<IdentifiedFile> {
  const file = await OpenFile.open(path)
  try {
    return (await identify(path, file, (size) => Buffer.allocUnsafe(Math.min(size, scanBytes)))).identified
  } finally {
    await file.close()
  }
}

/** An open file, of whose data set the first bytes were read. */
interface BegunFile {
  readonly identified: IdentifiedFile
  readonly first: Uint8Array
  readonly head: FileHead
}

/** The same of an open file. @throws InstanceError */
export async function identify(
  path: string,
  file: OpenFile,
  allocate: (size: number) => Uint8Array,
): Promise<BegunFile> {
  const { size } = file
  const buffer = allocate(size)
  const start = buffer.subarray(0, await file.read(buffer, 0))
  const parsed = parseFileMeta(start)
  const result = parsed.type === 'incomplete' ? await readLongMeta(path) : parsed
  if (result.type === 'no-prefix') throw notPart10(path, 'it has no DICM prefix')
  if (result.type === 'malformed') throw notPart10(path, result.reason)
  const { dataSetOffset, meta } = result
  if (!meta.transferSyntaxUid) throw notPart10(path, 'its file meta names no transfer syntax')
  const first = start.subarray(Math.min(dataSetOffset, start.length))
  const dataSetBytes = size - dataSetOffset
  const head = new FileHead(path, meta.transferSyntaxUid, dataSetBytes)
  head.push(first)
  const identity = identityOf(path, meta, meta.transferSyntaxUid, head)
  return { identified: { ...identity, dataSetOffset, dataSetBytes }, first, head }
}

/** A meta that is longer than the first read, or the whole file. */
async function readLongMeta(path: string): Promise<FileMetaResult> {
  const { open } = await import('node:fs/promises')
  try {
    await using handle = await open(path, 'r')
    return await readFileMeta(handle)
  } catch (error) {
    throw unreadable(path, error)
  }
}

/**
 * By its data set, as a C-STORE names the instance that it carries (PS3.7 9.1.1.1); where its head does not tell, by the meta. The two
 * are the same (PS3.10 7.1), except in files of the field.
 */
function identityOf(
  path: string,
  meta: PartialFileMeta,
  transferSyntaxUid: string,
  head: FileHead,
): InstanceIdentity {
  const sopClassUid = head.uid('SOPClassUID') ?? meta.mediaStorageSopClassUid
  const sopInstanceUid = head.uid('SOPInstanceUID') ?? meta.mediaStorageSopInstanceUid
  if (!sopClassUid) throw notPart10(path, 'it names no SOP class')
  if (!sopInstanceUid) throw notPart10(path, 'it names no SOP instance')
  return { sopClassUid, sopInstanceUid, transferSyntaxUid }
}

function notPart10(path: string, why: string): InstanceError {
  return new InstanceError('DCM_INSTANCE_NOT_PART10', `${path} is no Part 10 file that can be sent: ${why}`)
}
