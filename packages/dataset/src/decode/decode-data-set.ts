import { ElementParser } from '../elements/element-parser.ts'
import { dataSetEncoding } from '../encoding.ts'
import type { DicomJson } from '../model/dicom-json.ts'
import type { BulkDataOptions } from './bulk-data.ts'
import { tooLarge, undeflatable } from './data-set-faults.ts'
import { completeLimits, type DecodeLimits } from './decode-limits.ts'
import { requireBytes, requireTransferSyntax } from '../require-usable.ts'
import { zlib } from '../zlib.ts'
import { JsonBuilder } from './json-builder.ts'

export interface DecodeDataSetOptions {
  /** How the data set is written; what is not known is taken as explicit little endian. */
  readonly transferSyntaxUid: string
  readonly limits?: DecodeLimits
  /** Which values become a BulkDataURI; by default none. */
  readonly bulkData?: BulkDataOptions
  /** An empty object to be filled and returned, for who wants what was read until decoding threw. By default a new one. */
  readonly into?: DicomJson
}

/**
 * A whole data set in memory, such as an identifier, as the DICOM JSON model. The bytes are the caller's again afterwards.
 *
 * @throws DataSetDecodeError for bytes that are no data set, or pass a limit; UsageError for what are no bytes, a limit that is none, or no
 * transfer syntax.
 */
export function decodeDataSet(bytes: Uint8Array, options: DecodeDataSetOptions): DicomJson {
  requireTransferSyntax(options)
  requireBytes(bytes)
  const limits = completeLimits(options.limits)
  const encoding = dataSetEncoding(options.transferSyntaxUid)
  if (bytes.length > limits.maximumDataSetBytes) throw tooLarge(bytes.length, limits.maximumDataSetBytes)
  const builder = new JsonBuilder({ limits, bulkData: options.bulkData, into: options.into })
  const parser = new ElementParser({ encoding, sink: builder, maximumDepth: limits.maximumDepth })
  parser.push(encoding.deflated ? inflateBounded(bytes, limits.maximumDataSetBytes) : bytes)
  parser.end()
  return builder.json
}

function inflateBounded(bytes: Uint8Array, maximumBytes: number): Uint8Array {
  // An empty data set may have been left empty instead of being deflated.
  if (bytes.length === 0) return bytes
  try {
    return zlib().inflateRawSync(bytes, { maxOutputLength: Math.max(1, maximumBytes) })
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(undefined, maximumBytes, error)
    throw undeflatable(error)
  }
}
