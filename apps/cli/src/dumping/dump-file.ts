import { open } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { decodeDataSet, type DicomJson, readFileMeta } from '@dcm/dataset'
import { uidOf } from '@dcm/pdu'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'

/** The file is read into memory, all of it. */
const maximumFileBytes = 536_870_912
/** Longer values are told by where they are: pixels, waveforms, documents. */
const bulkDataBytes = 1024

/** What is in a Part 10 file. */
export interface DumpedFile {
  /** Group 0002. */
  readonly fileMeta: DicomJson
  readonly dataSet: DicomJson
}

/** @throws CliError for what is no Part 10 file */
export async function dumpFile(path: string): Promise<DumpedFile> {
  await using handle = await open(path, 'r')
  const { size } = await handle.stat()
  if (size > maximumFileBytes) {
    throw refused(path, `is larger than the ${String(maximumFileBytes)} bytes that are read`)
  }
  const result = await readFileMeta(handle)
  if (result.type === 'no-prefix') throw refused(path, 'is no DICOM Part 10 file: it has no DICM prefix')
  if (result.type === 'malformed') throw refused(path, `is no DICOM Part 10 file: ${result.reason}`)
  const { meta, dataSetOffset } = result
  const bytes = await handle.readFile()
  const transferSyntaxUid = meta.transferSyntaxUid ?? uidOf('ImplicitVRLittleEndian')
  const limits = { maximumDataSetBytes: maximumFileBytes }
  const url = pathToFileURL(path).href
  try {
    return {
      // PS3.10 7.1: always explicit little endian, behind preamble and prefix.
      fileMeta: decodeDataSet(bytes.subarray(132, dataSetOffset), {
        transferSyntaxUid: uidOf('ExplicitVRLittleEndian'),
      }),
      dataSet: decodeDataSet(bytes.subarray(dataSetOffset), {
        transferSyntaxUid,
        limits,
        bulkData: {
          thresholdBytes: bulkDataBytes,
          uri: ({ offset, length }) =>
            `${url}#offset=${String(dataSetOffset + offset)}${length === undefined ? '' : `&length=${String(length)}`}`,
        },
      }),
    }
  } catch (cause) {
    throw refused(path, `cannot be understood: ${(cause as Error).message}`, cause)
  }
}

function refused(path: string, why: string, cause?: unknown): CliError {
  return new CliError(
    exitCodes.localFile,
    'DCM_FILE_NOT_DICOM',
    `${path} ${why}; look at it with another tool.`,
    {
      cause,
    },
  )
}
