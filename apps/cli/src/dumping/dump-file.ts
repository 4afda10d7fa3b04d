import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  DataSetDecodeError,
  dataSetEncoding,
  decodeDataSet,
  type DicomJson,
  readFileMeta,
  readPart10File,
} from '@dcm/dataset'
import { uidOf } from '@dcm/pdu'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'

/** Longer values are told by where they are, and not read: pixels, waveforms, documents. */
const bulkDataBytes = 1024
/** A deflated data set is inflated to be read, though not held: so far, whatever a small file may claim to be. */
const maximumInflatedBytes = 4_294_967_296
/** Elements, items and values are held, some 300 bytes each: a slide of a hundred thousand frames has ten for each. */
const maximumValues = 1_000_000
/** Preamble and prefix (PS3.10 7.1). */
const metaOffset = 132

/** What is in a Part 10 file. */
export interface DumpedFile {
  /** Group 0002. */
  readonly fileMeta: DicomJson
  readonly dataSet: DicomJson
  /** Where the file broke, and why; undefined when all of it was understood. */
  readonly fault: CliError | undefined
}

/** Reads all but the long values, so that the largest file costs as much as its header. @throws CliError for what is no Part 10 file */
export async function dumpFile(path: string): Promise<DumpedFile> {
  // A pipe that nobody writes to would keep us waiting for ever.
  await using handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const { size } = await regularFile(handle, path)
  const head = await readFileMeta(handle)
  if (head.type === 'no-prefix') throw refused(path, 'is no DICOM Part 10 file: it has no DICM prefix')
  if (head.type === 'malformed') throw refused(path, `is no DICOM Part 10 file: ${head.reason}`)
  const { meta, dataSetOffset } = head
  const { transferSyntaxUid = uidOf('ImplicitVRLittleEndian') } = meta
  const { buffer } = await handle.read(Buffer.alloc(dataSetOffset - metaOffset), { position: metaOffset })
  const fileMeta = decodeDataSet(buffer, { transferSyntaxUid: uidOf('ExplicitVRLittleEndian') })
  const { deflated } = dataSetEncoding(transferSyntaxUid)
  const uri = pathToFileURL(path).href
  const dataSet: DicomJson = {}
  let fault: CliError | undefined
  try {
    await readPart10File(handle, {
      into: dataSet,
      assumedTransferSyntaxUid: transferSyntaxUid,
      limits: {
        maximumValues,
        ...(deflated && { maximumDataSetBytes: maximumInflatedBytes }),
      },
      bulkData: {
        thresholdBytes: bulkDataBytes,
        uri: ({ offset, length }) => {
          const place = deflated
            ? `inflatedOffset=${String(offset)}`
            : `offset=${String(dataSetOffset + offset)}`
          return `${uri}#${place}${length === undefined ? '' : `&length=${String(length)}`}`
        },
      },
    })
  } catch (error) {
    if (!(error instanceof DataSetDecodeError)) throw error
    fault = broken(path, error, { dataSetOffset, transferSyntaxUid, fileBytes: size })
  }
  return { fileMeta, dataSet, fault }
}

async function regularFile(handle: FileHandle, path: string): Promise<{ readonly size: number }> {
  const stat = await handle.stat()
  if (stat.isFile()) return stat
  const [what, advice] = stat.isDirectory()
    ? ['a folder', `name files, such as ${join(path, '*')}`]
    : ['no file that can be read at any place', 'copy it into one']
  throw new CliError(exitCodes.localFile, 'DCM_FILE_NOT_DICOM', `${path} is ${what}; ${advice}.`)
}

function broken(
  path: string,
  error: DataSetDecodeError,
  file: { readonly dataSetOffset: number; readonly transferSyntaxUid: string; readonly fileBytes: number },
): CliError {
  const { code, byteOffset } = error
  const { deflated } = dataSetEncoding(file.transferSyntaxUid)
  if (code === 'DCM_DATA_SET_TRUNCATED' && !deflated) {
    const cut = `${path} is cut: it ends at byte ${String(file.fileBytes)}, inside an element; get it again.`
    return new CliError(exitCodes.localFile, 'DCM_FILE_CUT', cut, { cause: error })
  }
  const why = error.message.replace(/, at byte \d+ of the data set$/, '')
  const where = deflated
    ? `byte ${String(byteOffset)} of what it inflates to`
    : `byte ${String(file.dataSetOffset + byteOffset)}`
  return refused(path, `cannot be understood from ${where} on: ${why}`, error)
}

function refused(path: string, why: string, cause?: unknown): CliError {
  const sentence = `${path} ${why}; look at it with another tool.`
  return new CliError(exitCodes.localFile, 'DCM_FILE_NOT_DICOM', sentence, { cause })
}
