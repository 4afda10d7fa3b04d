import { DataSetDecodeError } from '../data-set-decode-error.ts'
import { decidedVr, pixelRepresentationTag } from '../elements/decided-vr.ts'
import type { ElementHeader, ElementSink } from '../elements/element-sink.ts'
import { vrKind } from '../elements/vr-kinds.ts'
import { elementHeader, itemHeader } from '../encode/element-writer.ts'
import { type ElementEncoding, itemDelimitationTag, itemTag, sequenceDelimitationTag } from '../encoding.ts'
import { formatTag } from '../tags.ts'
import { RunCollector } from './run-collector.ts'
import { WordSwapper } from './word-swapper.ts'

/** Writes what a parser reads in little endian, sequences and items with delimiters instead of lengths. */
export class WritingSink implements ElementSink {
  readonly #encoding: ElementEncoding
  readonly #out = new RunCollector()
  /** Whether pixels are signed, in the data set and each item around; as deep as the parser lets it be. */
  readonly #signed = [false]
  #tag = 0
  #isLeftOut = false
  #swapper: WordSwapper | undefined

  constructor(encoding: ElementEncoding) {
    this.#encoding = encoding
  }

  /** What was written since the last call. */
  take(): Uint8Array[] {
    return this.#out.take()
  }

  element(header: ElementHeader): void {
    this.#tag = header.tag
    // Lengths of groups would be wrong now.
    this.#isLeftOut = (header.tag & 0xffff) === 0
    if (this.#isLeftOut) return
    const vr = decidedVr(header, this.#signed.at(-1) ?? false)
    this.#out.add(elementHeader(this.#encoding, header.tag, vr, header.length))
    const width = vr === 'AT' ? 2 : (vrKind(vr).width ?? 1)
    this.#swapper = header.encoding.bigEndian && width > 1 ? new WordSwapper(width) : undefined
  }

  value(bytes: Uint8Array): void {
    // Its value is 0 or 1, in 16 bits.
    if (this.#tag === pixelRepresentationTag && bytes.some((byte) => byte !== 0)) {
      this.#signed[this.#signed.length - 1] = true
    }
    if (!this.#isLeftOut) this.#out.add(this.#swapper ? this.#swapper.push(bytes) : bytes)
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
    this.#signed.push(this.#signed.at(-1) ?? false)
    this.#out.add(itemHeader(this.#encoding, itemTag, undefined))
  }

  itemEnd(): void {
    this.#signed.pop()
    this.#out.add(itemHeader(this.#encoding, itemDelimitationTag, 0))
  }

  sequenceEnd(): void {
    this.#out.add(itemHeader(this.#encoding, sequenceDelimitationTag, 0))
  }
}
