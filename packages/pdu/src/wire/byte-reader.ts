import { PduDecodeError, type PduDecodeErrorCode, type AbortReason } from '../pdu-decode-error.ts'

/** The PDU that is being read, shared by the readers of its items. */
export interface OpenPdu {
  readonly pduType: number
  readonly maximumItems: number
  /** Items and sub-items read so far. */
  items: number
}

/**
 * Reads the fields of one PDU or item in order and never beyond its end.
 * Each field names itself, so that an error can say what did not fit in what.
 */
export class ByteReader {
  readonly #view: DataView
  readonly #streamOffset: number
  readonly #pdu: OpenPdu
  readonly #container: string
  #position = 0

  /** `streamOffset` is where `bytes` begin in the stream; `container` is the name printed in errors. */
  constructor(bytes: Uint8Array, streamOffset: number, pdu: OpenPdu, container: string) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#streamOffset = streamOffset
    this.#pdu = pdu
    this.#container = container
  }

  /** Where the next byte stands in the stream. */
  get byteOffset(): number {
    return this.#streamOffset + this.#position
  }

  get remaining(): number {
    return this.#view.byteLength - this.#position
  }

  uint8(field: string): number {
    return this.#view.getUint8(this.#advance(1, field))
  }

  uint16(field: string): number {
    return this.#view.getUint16(this.#advance(2, field))
  }

  uint32(field: string): number {
    return this.#view.getUint32(this.#advance(4, field))
  }

  /** The next `length` bytes as a view. */
  take(length: number, field: string): Uint8Array {
    return this.#viewAt(this.#advance(length, field), length)
  }

  /** The next `length` bytes as a copy that outlives the chunk they came in. */
  copy(length: number, field: string): Uint8Array {
    return new Uint8Array(this.take(length, field))
  }

  /** A reader of the next `length` bytes, which are one item. */
  nested(length: number, container: string): ByteReader {
    const streamOffset = this.byteOffset
    return new ByteReader(this.take(length, container), streamOffset, this.#pdu, container)
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
      `${this.#container} of ${String(this.remaining)} bytes is not allowed; allowed are ${String(length)} bytes`,
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

  #viewAt(position: number, length: number): Uint8Array {
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + position, length)
  }

  #advance(length: number, field: string): number {
    if (length > this.remaining) {
      throw this.error(
        `${field} of ${String(length)} bytes exceeds the ${String(this.remaining)} bytes left in the ${this.#container}`,
        { code: 'DCM_PDU_ITEM_LENGTH', byteOffset: this.byteOffset },
      )
    }
    const position = this.#position
    this.#position += length
    return position
  }
}
