import { DataSetDecodeError } from '../data-set-decode-error.ts'
import { ElementParser } from '../elements/element-parser.ts'
import type { ElementHeader, ElementSink } from '../elements/element-sink.ts'
import { vrKind } from '../elements/vr-kinds.ts'
import {
  elementHeader,
  itemDelimitationTag,
  itemHeader,
  itemTag,
  sequenceDelimitationTag,
} from '../encode/element-writer.ts'
import { dataSetEncoding, type ElementEncoding } from '../encoding.ts'
import { formatTag } from '../tags.ts'
import { RunCollector } from './run-collector.ts'
import { WordSwapper } from './word-swapper.ts'

export interface ReEncoderOptions {
  /** How the data set is written. Deflated ones are to be inflated before they are pushed. */
  readonly from: string
  /** How it shall be written: Implicit or Explicit VR Little Endian. */
  readonly to: string
  /** Sequences inside sequences. Default 64, as for decoding. */
  readonly maximumDepth?: number
}

/**
 * Writes an uncompressed data set in another byte order or with or without VRs, while it streams past. Values are passed on as views of
 * what was pushed; what is held is a header and the depth. Lengths of sequences and items become undefined, since they are not known
 * when they begin, and group lengths are left out (PS3.5 7.2). VRs that were not written are the dictionary's, UN where it has none.
 */
export class ReEncoder {
  readonly #parser: ElementParser
  readonly #out = new RunCollector()

  constructor({ from, to, maximumDepth = 64 }: ReEncoderOptions) {
    this.#parser = new ElementParser({
      encoding: dataSetEncoding(from),
      sink: new WritingSink(dataSetEncoding(to), this.#out),
      maximumDepth,
    })
  }

  /** The next bytes; gives what can be written of them. @throws DataSetDecodeError when they are no data set, or hold fragments */
  push(bytes: Uint8Array): Uint8Array[] {
    this.#parser.push(bytes)
    return this.#out.take()
  }

  /** @throws DataSetDecodeError when the data set may not end here */
  end(): void {
    this.#parser.end()
  }
}

class WritingSink implements ElementSink {
  readonly #encoding: ElementEncoding
  readonly #out: RunCollector
  #dropping = false
  #swapper: WordSwapper | undefined

  constructor(encoding: ElementEncoding, out: RunCollector) {
    this.#encoding = encoding
    this.#out = out
  }

  element({ tag, vr, length, encoding }: ElementHeader): void {
    // Lengths of groups would be wrong now.
    this.#dropping = (tag & 0xffff) === 0
    if (this.#dropping) return
    this.#out.add(elementHeader(this.#encoding, tag, vr, length))
    const width = vr === 'AT' ? 2 : (vrKind(vr).width ?? 1)
    this.#swapper = encoding.bigEndian && width > 1 ? new WordSwapper(width) : undefined
  }

  value(bytes: Uint8Array): void {
    if (!this.#dropping) this.#out.add(this.#swapper ? this.#swapper.push(bytes) : bytes)
  }

  elementEnd(): void {
    if (this.#swapper) this.#out.add(this.#swapper.end())
    this.#swapper = undefined
  }

  sequence({ tag }: ElementHeader): void {
    this.#out.add(elementHeader(this.#encoding, tag, 'SQ', undefined))
  }

  fragments({ tag, valueOffset }: ElementHeader): void {
    throw new DataSetDecodeError(
      `${formatTag(tag)} is encapsulated, which only its own transfer syntax can hold`,
      {
        code: 'DCM_DATA_SET_MALFORMED',
        byteOffset: valueOffset,
      },
    )
  }

  item(): void {
    this.#out.add(itemHeader(this.#encoding, itemTag, undefined))
  }

  itemEnd(): void {
    this.#out.add(itemHeader(this.#encoding, itemDelimitationTag, 0))
  }

  sequenceEnd(): void {
    this.#out.add(itemHeader(this.#encoding, sequenceDelimitationTag, 0))
  }
}
