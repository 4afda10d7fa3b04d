import { ElementParser } from '../elements/element-parser.ts'
import { dataSetEncoding } from '../encoding.ts'
import { inflated } from '../inflated.ts'
import type { DicomJson } from '../model/dicom-json.ts'
import type { DecodeDataSetOptions } from './decode-data-set.ts'
import { completeLimits } from './decode-limits.ts'
import { requireBatches, requireBytes, requireTransferSyntax } from '../require-usable.ts'
import { JsonBuilder } from './json-builder.ts'

/**
 * As `decodeDataSet`, of a data set that streams past. No more is held than the limits say; values that become bulk data are passed over and
 * do not count. A source may reuse its batches.
 *
 * @throws DataSetDecodeError for bytes that are no data set, or pass a limit; what the source throws; UsageError for what are no bytes. The source is closed then.
 */
export async function decodeDataSetStream(
  source: AsyncIterable<Uint8Array>,
  options: DecodeDataSetOptions,
): Promise<DicomJson> {
  requireTransferSyntax(options)
  requireBatches(source)
  const limits = completeLimits(options.limits)
  const encoding = dataSetEncoding(options.transferSyntaxUid)
  const builder = new JsonBuilder({ limits, bulkData: options.bulkData, into: options.into })
  const parser = new ElementParser({ encoding, sink: builder, maximumDepth: limits.maximumDepth })
  const { maximumDataSetBytes: maximumBytes } = limits
  const elements = encoding.deflated ? inflated(source, { maximumBytes }) : source
  for await (const batch of elements) {
    requireBytes(batch)
    parser.push(batch)
  }
  parser.end()
  return builder.json
}
