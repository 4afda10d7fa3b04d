import { Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { DataSetDecodeError } from '../data-set-decode-error.ts'
import { ElementParser } from '../elements/element-parser.ts'
import { dataSetEncoding } from '../encoding.ts'
import type { DicomJson } from '../model/dicom-json.ts'
import { tooLarge, undeflatable } from './data-set-faults.ts'
import type { DecodeDataSetOptions } from './decode-data-set.ts'
import { completeLimits } from './decode-limits.ts'
import { JsonBuilder } from './json-builder.ts'

/**
 * As `decodeDataSet`, of a data set that streams past. No more is held than the limits say; values that become bulk data are passed over and
 * do not count. A source may reuse its batches.
 *
 * @throws DataSetDecodeError for bytes that are no data set, or pass a limit; what the source throws. The source is closed then.
 */
export async function decodeDataSetStream(
  source: AsyncIterable<Uint8Array>,
  options: DecodeDataSetOptions,
): Promise<DicomJson> {
  const limits = completeLimits(options.limits)
  const encoding = dataSetEncoding(options.transferSyntaxUid)
  const builder = new JsonBuilder({ limits, bulkData: options.bulkData, into: options.into })
  const parser = new ElementParser({ encoding, sink: builder, maximumDepth: limits.maximumDepth })
  const elements = encoding.deflated ? inflated(source, limits.maximumDataSetBytes) : source
  for await (const batch of elements) parser.push(batch)
  parser.end()
  return builder.json
}

async function* inflated(
  source: AsyncIterable<Uint8Array>,
  maximumBytes: number,
): AsyncGenerator<Uint8Array, void, void> {
  let compressedBytes = 0
  const counted = async function* () {
    for await (const batch of source) {
      compressedBytes += batch.length
      yield batch
    }
  }
  const compressed = Readable.from(counted(), { objectMode: false })
  const inflate = createInflateRaw()
  compressed.once('error', (error) => inflate.destroy(error))
  let inflatedBytes = 0
  try {
    for await (const chunk of compressed.pipe(inflate) as AsyncIterable<Uint8Array>) {
      inflatedBytes += chunk.length
      if (inflatedBytes > maximumBytes) throw tooLarge(undefined, maximumBytes)
      yield chunk
    }
  } catch (error) {
    // An empty data set may have been left empty instead of being deflated.
    if (isZlibError(error) && compressedBytes === 0) return
    throw isZlibError(error) ? undeflatable(error) : error
  } finally {
    inflate.destroy()
    compressed.destroy()
  }
}

/** Node names zlib's errors after zlib's codes: Z_DATA_ERROR, Z_BUF_ERROR. */
function isZlibError(error: unknown): error is Error {
  return (
    !(error instanceof DataSetDecodeError) &&
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    error.code.startsWith('Z_')
  )
}
