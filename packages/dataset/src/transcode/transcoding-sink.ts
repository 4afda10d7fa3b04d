import { DataSetDecodeError } from '../data-set-decode-error.ts'
import { decidedVr, pixelRepresentationTag } from '../elements/decided-vr.ts'
import type { ElementHeader, ElementSink } from '../elements/element-sink.ts'
import {
  elementHeader,
  itemDelimitationTag,
  itemHeader,
  itemTag,
  sequenceDelimitationTag,
} from '../encode/element-writer.ts'
import type { ElementEncoding } from '../encoding.ts'
import { formatTag } from '../tags.ts'
import { OutputBatch } from './output-batch.ts'

/** Writes what a parser reads in another encoding, sequences and items with delimiters instead of lengths. */
export class TranscodingSink implements ElementSink {
  readonly #encoding: ElementEncoding
  readonly #output = new OutputBatch()
  /** Whether pixels are signed, in the data set and each item around; as deep as the parser lets it be. */
  readonly #signed = [false]
  #tag = 0
  #isLeftOut = false

  constructor(encoding: ElementEncoding) {
    this.#encoding = encoding
  }

  /** What was written since the last call. */
  take(): Uint8Array[] {
    return this.#output.take()
  }

  element(header: ElementHeader): void {
    this.#tag = header.tag
    this.#isLeftOut = (header.tag & 0xffff) === 0
    if (this.#isLeftOut) return
    const vr = decidedVr(header, this.#signed.at(-1) ?? false)
    this.#output.write(elementHeader(this.#encoding, header.tag, vr, header.length))
  }

  value(bytes: Uint8Array): void {
    // Its value is 16 bits, and the upper half is 0.
    if (this.#tag === pixelRepresentationTag && bytes.length > 0 && bytes[0] !== 0) {
      this.#signed[this.#signed.length - 1] = true
    }
    if (!this.#isLeftOut) this.#output.write(bytes)
  }

  elementEnd(): void {
    this.#isLeftOut = false
  }

  sequence({ tag }: ElementHeader): void {
    this.#output.write(elementHeader(this.#encoding, tag, 'SQ', undefined))
  }

  fragments({ tag, valueOffset }: ElementHeader): void {
    throw new DataSetDecodeError(`${formatTag(tag)} is encapsulated, and the transfer syntax is not`, {
      code: 'DCM_DATA_SET_MALFORMED',
      byteOffset: valueOffset,
    })
  }

  item(): void {
    this.#signed.push(this.#signed.at(-1) ?? false)
    this.#output.write(itemHeader(this.#encoding, itemTag, undefined))
  }

  itemEnd(): void {
    this.#signed.pop()
    this.#output.write(itemHeader(this.#encoding, itemDelimitationTag, 0))
  }

  sequenceEnd(): void {
    this.#output.write(itemHeader(this.#encoding, sequenceDelimitationTag, 0))
  }
}
