import { type PdvFragment, pdvLengthOverheadBytes } from './p-data-tf.ts'
import { PduDecodeError } from './pdu-decode-error.ts'
import { pduTypes } from './pdu-types.ts'
import { type ChunkCursor, headerLengthBytes } from './wire/chunk-cursor.ts'

/** Reads the PDVs of one P-DATA-TF after the other as fragments, however long, keeping nothing but counts. */
export class PdvReader {
  readonly #cursor: ChunkCursor
  /** Bytes to come of the P-DATA-TF: when it is opened its PDU length, when none is open 0. */
  pduRemaining = 0
  /** Bytes to come of the open PDV. */
  #pdvRemaining = 0
  #presentationContextId = 0
  #messageControlHeader = 0

  constructor(cursor: ChunkCursor) {
    this.#cursor = cursor
  }

  /** The next fragment, or undefined when more bytes are needed. */
  next(): PdvFragment | undefined {
    if (this.#pdvRemaining === 0) {
      const header = this.#cursor.takeHeader()
      if (header === undefined) return undefined
      this.#beginPdv(header)
    }
    const data = this.#cursor.take(this.#pdvRemaining)
    // An empty PDV has nothing to wait for.
    if (data.length === 0 && this.#pdvRemaining > 0) return undefined
    this.#pdvRemaining -= data.length
    this.pduRemaining -= data.length
    return {
      type: 'PDV',
      presentationContextId: this.#presentationContextId,
      // PS3.8 E.2: the other bits are not tested.
      isCommand: (this.#messageControlHeader & 0x01) !== 0,
      isLast: (this.#messageControlHeader & 0x02) !== 0,
      data,
      endOfPdv: this.#pdvRemaining === 0,
      endOfPdu: this.pduRemaining === 0,
    }
  }

  /** PS3.8 9.3.5: the PDVs fill their P-DATA-TF to the byte. */
  #beginPdv(header: DataView): void {
    const length = header.getUint32(0)
    const allowed = this.pduRemaining - 4
    const behind = allowed - length
    if (length < pdvLengthOverheadBytes || behind < 0 || (behind > 0 && behind < headerLengthBytes)) {
      throw new PduDecodeError(
        `PDV length ${String(length)} does not fit the ${String(allowed)} bytes left in the P-DATA-TF; allowed are that many, or ` +
          `${String(pdvLengthOverheadBytes)} at least and room for another PDV`,
        {
          code: 'DCM_PDU_PDV_LENGTH',
          byteOffset: this.#cursor.byteOffset - headerLengthBytes,
          pduType: pduTypes['P-DATA-TF'],
          abortReason: 6,
        },
      )
    }
    this.pduRemaining -= headerLengthBytes
    this.#pdvRemaining = length - pdvLengthOverheadBytes
    this.#presentationContextId = header.getUint8(4)
    this.#messageControlHeader = header.getUint8(5)
  }
}
