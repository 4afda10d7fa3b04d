import { UsageError } from '@dcm/pdu'
import { ElementParser } from '../elements/element-parser.ts'
import { dataSetEncoding } from '../encoding.ts'
import { TranscodingSink } from './transcoding-sink.ts'

const implicitVrLittleEndian = '1.2.840.10008.1.2'
const explicitVrLittleEndian = '1.2.840.10008.1.2.1'

export interface TranscodeOptions {
  /** Implicit or Explicit VR Little Endian: how the data set is written. */
  readonly from: string
  /** The other of them: how it shall be written. */
  readonly to: string
  /** Sequences inside sequences. Default 64, as for decoding. */
  readonly maximumDepth?: number
}

/** Whether {@link transcodeLittleEndian} does this. */
export function canTranscode(from: string, to: string): boolean {
  return (
    (from === implicitVrLittleEndian && to === explicitVrLittleEndian) ||
    (from === explicitVrLittleEndian && to === implicitVrLittleEndian)
  )
}

/**
 * Writes a data set that streams past anew, with or without value representations. It holds one batch and never a value: lengths that would
 * change are undefined in what it gives, and group lengths, retired and then wrong, are left out. Values are not touched.
 *
 * A batch may be a view of a batch from the source, so it is valid until the next is asked for.
 *
 * @throws UsageError `DCM_TRANSCODE_UNSUPPORTED` at once, for other transfer syntaxes; DataSetDecodeError from the iteration, for bytes
 * that are no data set. What the source throws passes through; leaving early closes it.
 */
export function transcodeLittleEndian(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: TranscodeOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const { from, to, maximumDepth = 64 } = options
  if (!canTranscode(from, to)) {
    throw new UsageError(
      `cannot write ${from} as ${to}: only Implicit VR and Explicit VR Little Endian, one as the other`,
      'DCM_TRANSCODE_UNSUPPORTED',
    )
  }
  const sink = new TranscodingSink(dataSetEncoding(to))
  return transcode(source, new ElementParser({ encoding: dataSetEncoding(from), sink, maximumDepth }), sink)
}

async function* transcode(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  parser: ElementParser,
  sink: TranscodingSink,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const batch of source) {
    parser.push(batch)
    yield* sink.take()
  }
  parser.end()
}
