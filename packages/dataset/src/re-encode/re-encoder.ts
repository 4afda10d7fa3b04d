import { setImmediate } from 'node:timers/promises'
import { UsageError } from '@dcm/pdu'
import { ElementParser } from '../elements/element-parser.ts'
import { dataSetEncoding } from '../encoding.ts'
import { inflated } from '../inflated.ts'
import { requireBatches, requireBytes } from '../require-usable.ts'
import { WritingSink } from './writing-sink.ts'

const explicitVrLittleEndian = '1.2.840.10008.1.2.1'
/** Explicit and Implicit VR Little Endian, the best first: explicit VRs tell more. */
const littleEndian: readonly string[] = [explicitVrLittleEndian, '1.2.840.10008.1.2']
const explicitVrBigEndian = '1.2.840.10008.1.2.2'
const deflated = '1.2.840.10008.1.2.1.99'
/** One gathered write, in bytes. */
const inflatedBatchBytes = 262_144
/** So much is written before the time is looked at, in bytes: with nothing but empty elements, 8192 of them. */
const portionBytes = 65_536
/** How long it may keep all others waiting, in milliseconds. Each element costs a microsecond, and may be 8 bytes long. */
const longestTurnMs = 5

export interface ReEncoderOptions {
  /** How the data set is written: Implicit or Explicit VR Little Endian, Explicit VR Big Endian. Deflated ones are to be inflated before. */
  readonly from: string
  /** How it shall be written: Implicit or Explicit VR Little Endian. */
  readonly to: string
  /** Sequences inside sequences. Default 64, as for decoding. */
  readonly maximumDepth?: number
}

/** Whether a {@link ReEncoder} does this: only what is not compressed, and only to little endian. */
export function canReEncode(from: string, to: string): boolean {
  return littleEndian.includes(to) && (littleEndian.includes(from) || from === explicitVrBigEndian)
}

/** Every other transfer syntax that {@link reEncodeBatches} can write what is in this one in, the best first. */
export function reEncodings(from: string): readonly string[] {
  return from === deflated ? littleEndian : littleEndian.filter((to) => to !== from && canReEncode(from, to))
}

/**
 * Writes an uncompressed data set in another byte order or with or without VRs, while it streams past. Values are passed on as views of
 * what was pushed; what is held is a header and the depth. Lengths of sequences and items become undefined, since they are not known
 * when they begin, and group lengths are left out (PS3.5 7.2). VRs that were not written are the dictionary's, UN where it has none.
 */
export class ReEncoder {
  readonly #parser: ElementParser
  readonly #sink: WritingSink

  /** @throws UsageError `DCM_RE_ENCODING_UNSUPPORTED` for other transfer syntaxes */
  constructor({ from, to, maximumDepth = 64 }: ReEncoderOptions) {
    if (!canReEncode(from, to)) {
      throw new UsageError(
        `cannot write ${from} as ${to}: only uncompressed data sets, and only in little endian`,
        'DCM_RE_ENCODING_UNSUPPORTED',
      )
    }
    this.#sink = new WritingSink(dataSetEncoding(to))
    this.#parser = new ElementParser({ encoding: dataSetEncoding(from), sink: this.#sink, maximumDepth })
  }

  /**
   * The next bytes; gives what can be written of them, in part as views of them.
   *
   * @throws DataSetDecodeError when they are no data set, or hold fragments; UsageError `DCM_DATA_SET_TYPE` for what is no Uint8Array
   */
  push(bytes: Uint8Array): Uint8Array[] {
    requireBytes(bytes)
    this.#parser.push(bytes)
    return this.#sink.take()
  }

  /** @throws DataSetDecodeError when the data set may not end here */
  end(): void {
    this.#parser.end()
  }
}

/**
 * As {@link ReEncoder}, of a data set that comes from somewhere: `for await (const run of reEncode(source, { from, to }))`. A run may be a
 * view of what the source gave, so it is valid until the next is asked for. Leaving early closes the source.
 *
 * @throws UsageError at once, as the class does; what it and the source throw, from the iteration
 */
export function reEncode(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: ReEncoderOptions,
): AsyncGenerator<Uint8Array, void, void> {
  requireBatches(source)
  return runs(source, new ReEncoder(options))
}

async function* runs(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  reEncoder: ReEncoder,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const batch of source) yield* reEncoder.push(batch)
  reEncoder.end()
}

/**
 * As {@link reEncode}, batch by batch, as a gathered read or write has them; and of a deflated data set, too, which is inflated before
 * (PS3.5 A.5). Holds one batch, however much it inflates to. All others have their turn meanwhile, however long a batch is.
 */
export function reEncodeBatches(
  source: AsyncIterable<readonly Uint8Array[]>,
  options: ReEncoderOptions,
): AsyncGenerator<readonly Uint8Array[], void, void> {
  if (options.from !== deflated) return batches(source, new ReEncoder(options))
  const reEncoder = new ReEncoder({ ...options, from: explicitVrLittleEndian })
  return batches(inflatedBatches(source), reEncoder)
}

async function* batches(
  source: AsyncIterable<readonly Uint8Array[]>,
  reEncoder: ReEncoder,
): AsyncGenerator<readonly Uint8Array[], void, void> {
  let began = performance.now()
  for await (const batch of source) {
    const written: Uint8Array[] = []
    for (const portion of portions(batch)) {
      written.push(...reEncoder.push(portion))
      if (performance.now() - began < longestTurnMs) continue
      await setImmediate()
      began = performance.now()
    }
    if (written.length > 0) yield written
  }
  reEncoder.end()
}

function* portions(batch: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const run of batch) {
    requireBytes(run)
    for (let start = 0; start < run.length; start += portionBytes) {
      yield run.subarray(start, start + portionBytes)
    }
  }
}

async function* inflatedBatches(
  source: AsyncIterable<readonly Uint8Array[]>,
): AsyncGenerator<readonly Uint8Array[], void, void> {
  const compressed = async function* () {
    for await (const batch of source) yield* batch
  }
  for await (const chunk of inflated(compressed(), { chunkBytes: inflatedBatchBytes })) yield [chunk]
}
