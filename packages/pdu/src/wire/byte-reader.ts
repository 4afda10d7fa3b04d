import { PduDecodeError, type PduDecodeErrorCode, type AbortReason } from '../pdu-decode-error.ts'
import { itemName } from './item-name.ts'

/** The PDU that is being read, shared by the readers of its items. */
export interface OpenPdu {
  readonly pduType: number
  /** All of it behind the PDU header, shared by the readers of its items: an item costs no view. */
  readonly body: Buffer
  /** The same bytes as numbers: Buffer's own methods would check again what a reader has checked. */
  readonly numbers: DataView
  /** Where the body begins in the stream. */
  readonly bodyOffset: number
  readonly maximumItems: number
  /** Items and sub-items read so far. */
  items: number
}

/**
 * Reads the fields of one PDU or item in order and never beyond its end.
 * Each field names itself, so that an error can say what did not fit in what.
 */
export class ByteReader {
  readonly #pdu: OpenPdu
  readonly #container: string | number
  #position: number
  readonly #end: number

  /** Of the body's bytes from `begin` to `end`. `container` is what errors print: a name, or the type of an item. */
  constructor(pdu: OpenPdu, container: string | number, begin = 0, end = pdu.body.length) {
    this.#pdu = pdu
    this.#container = container
    this.#position = begin
    this.#end = end
  }

  /** Where the next byte stands in the stream. */
  get byteOffset(): number {
    return this.#pdu.bodyOffset + this.#position
  }

  get remaining(): number {
    return this.#end - this.#position
  }

  uint8(field: string): number {
    return this.#pdu.numbers.getUint8(this.#advance(1, field))
  }

  uint16(field: string): number {
    return this.#pdu.numbers.getUint16(this.#advance(2, field))
  }

  uint32(field: string): number {
    return this.#pdu.numbers.getUint32(this.#advance(4, field))
  }

  skip(length: number, field: string): void {
    this.#advance(length, field)
  }

  /** The next `length` bytes as a copy that outlives the chunk they came in. */
  copy(length: number, field: string): Uint8Array {
    const at = this.#advance(length, field)
    return new Uint8Array(this.#pdu.body.subarray(at, at + length))
  }

  /** The next `length` bytes as characters of the same number, less the NULs and spaces that peers pad with. */
  text(length: number, field: string): string {
    const { body, numbers } = this.#pdu
    const at = this.#advance(length, field)
    let end = at + length
    for (; end > at; end--) {
      const last = numbers.getUint8(end - 1)
      if (last !== nul && last !== space) break
    }
    return body.toString('latin1', at, end)
  }

  /** A second reader of the same bytes, from here. */
  fork(): ByteReader {
    return new ByteReader(this.#pdu, this.#container, this.#position, this.#end)
  }

  /** A reader of the next `length` bytes, which are one item or field. */
  nested(length: number, container: string | number): ByteReader {
    const begin = this.#advance(length, container)
    return new ByteReader(this.#pdu, container, begin, begin + length)
  }

  /** Called for each item before it is read: an item of 4 bytes costs some hundred once it is decoded. */
  countItem(): void {
    this.#pdu.items++
    if (this.#pdu.items <= this.#pdu.maximumItems) return
    throw this.error(`the PDU has more items than the limit of ${String(this.#pdu.maximumItems)}`, {
      code: 'DCM_PDU_TOO_MANY_ITEMS',
      byteOffset: this.byteOffset,
    })
  }

  /** For content whose length the standard fixes. */
  requireLength(length: number): void {
    if (this.remaining === length) return
    throw this.error(
      `${nameOf(this.#container)} of ${String(this.remaining)} bytes is not allowed; allowed are ${String(length)} bytes`,
      { code: 'DCM_PDU_ITEM_LENGTH', byteOffset: this.byteOffset },
    )
  }

  error(
    message: string,
    options: { code: PduDecodeErrorCode; byteOffset: number; abortReason?: AbortReason },
  ): PduDecodeError {
    return new PduDecodeError(message, {
      code: options.code,
      byteOffset: options.byteOffset,
      pduType: this.#pdu.pduType,
      abortReason: options.abortReason ?? 6,
    })
  }

  /** Where the next `length` bytes begin, which are read now. */
  #advance(length: number, field: string | number): number {
    const position = this.#position
    if (length > this.#end - position) {
      throw this.error(
        `${nameOf(field)} of ${String(length)} bytes exceeds the ${String(this.remaining)} bytes left in the ${nameOf(this.#container)}`,
        { code: 'DCM_PDU_ITEM_LENGTH', byteOffset: this.byteOffset },
      )
    }
    this.#position = position + length
    return position
  }
}

const nul = 0x00
const space = 0x20

function nameOf(fieldOrItemType: string | number): string {
  return typeof fieldOrItemType === 'string' ? fieldOrItemType : `${itemName(fieldOrItemType)} item`
}
