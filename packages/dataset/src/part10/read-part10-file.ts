import type { FileHandle } from 'node:fs/promises'
import { DataSetDecodeError } from '../data-set-decode-error.ts'
import type { BulkDataOptions } from '../decode/bulk-data.ts'
import type { DecodeDataSetOptions } from '../decode/decode-data-set.ts'
import { decodeDataSetStream } from '../decode/decode-data-set-stream.ts'
import { completeLimits, type DecodeLimits } from '../decode/decode-limits.ts'
import { JsonBuilder } from '../decode/json-builder.ts'
import { ElementParser } from '../elements/element-parser.ts'
import { dataSetEncoding } from '../encoding.ts'
import type { DicomJson } from '../model/dicom-json.ts'
import type { PartialFileMeta } from './file-meta.ts'
import { readFileMeta, type ReadFileMetaOptions } from './read-file-meta.ts'

export interface ReadPart10FileOptions extends ReadFileMetaOptions {
  readonly limits?: DecodeLimits
  /** Which values become a BulkDataURI; those are not read from the file. By default none. */
  readonly bulkData?: BulkDataOptions
  /** An empty object to be filled with the data set, for who wants what was read until decoding threw. By default a new one. */
  readonly into?: DicomJson
  /**
   * How the data set of a file without file meta information, or one whose meta does not say it, is written. By default such a file is
   * refused.
   */
  readonly assumedTransferSyntaxUid?: string
}

export interface Part10File {
  readonly meta: PartialFileMeta
  readonly transferSyntaxUid: string
  /** Where the data set begins in the file, in bytes: to be added to the offset of bulk data, where it is not deflated. */
  readonly dataSetOffset: number
  readonly dataSet: DicomJson
}

/** Read at once, in bytes. */
const readBytes = 65_536

/**
 * A Part 10 file, its data set as the DICOM JSON model, from an open file that stays open and is the caller's to close.
 *
 * @throws DataSetDecodeError for what is no Part 10 file, or passes a limit; what the handle's `read` throws.
 */
export async function readPart10File(
  handle: Pick<FileHandle, 'read'>,
  options: ReadPart10FileOptions = {},
): Promise<Part10File> {
  const { limits, bulkData, into, assumedTransferSyntaxUid } = options
  const head = await readFileMeta(handle, options)
  if (head.type === 'malformed') throw noFile(head.reason)
  const { meta, dataSetOffset } = head.type === 'file-meta' ? head : { meta: {}, dataSetOffset: 0 }
  const transferSyntaxUid = meta.transferSyntaxUid ?? assumedTransferSyntaxUid
  if (transferSyntaxUid === undefined) {
    throw noFile(
      head.type === 'no-prefix' ? 'there is no DICM behind a preamble' : 'its meta has no transfer syntax',
    )
  }
  const decode = {
    transferSyntaxUid,
    ...(limits && { limits }),
    ...(bulkData && { bulkData }),
    ...(into && { into }),
  }
  const dataSet = dataSetEncoding(transferSyntaxUid).deflated
    ? await decodeDataSetStream(pieces(handle, dataSetOffset), decode)
    : await decodeElements(handle, dataSetOffset, decode)
  return { meta, transferSyntaxUid, dataSetOffset, dataSet }
}

async function decodeElements(
  handle: Pick<FileHandle, 'read'>,
  dataSetOffset: number,
  options: DecodeDataSetOptions,
): Promise<DicomJson> {
  const limits = completeLimits(options.limits)
  const builder = new JsonBuilder({ limits, bulkData: options.bulkData, into: options.into })
  const encoding = dataSetEncoding(options.transferSyntaxUid)
  const parser = new ElementParser({ encoding, sink: builder, maximumDepth: limits.maximumDepth })
  const buffer = Buffer.allocUnsafe(readBytes)
  let position = dataSetOffset
  for (;;) {
    // The last byte of a value passed over is read, to see that the file has it.
    const skipped = builder.isPassingOver ? parser.skipValue(1) : 0
    position += skipped
    const { bytesRead } = await handle.read(buffer, 0, readBytes, position)
    if (bytesRead === 0) break
    parser.push(buffer.subarray(0, bytesRead))
    position += bytesRead
  }
  parser.end()
  return builder.json
}

async function* pieces(
  handle: Pick<FileHandle, 'read'>,
  start: number,
): AsyncGenerator<Uint8Array, void, void> {
  for (let position = start; ;) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(readBytes), 0, readBytes, position)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    position += bytesRead
  }
}

function noFile(reason: string): DataSetDecodeError {
  return new DataSetDecodeError(`not a Part 10 file: ${reason}`, {
    code: 'DCM_DATA_SET_MALFORMED',
    byteOffset: 0,
  })
}
