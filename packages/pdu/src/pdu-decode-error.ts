/**
 * PS3.8 Table 9-26, reasons of a service-provider abort: 1 unrecognized PDU, 2 unexpected PDU, 4 unrecognized PDU parameter,
 * 5 unexpected PDU parameter, 6 invalid PDU parameter value.
 */
export type AbortReason = 1 | 2 | 4 | 5 | 6

/** The peer's fault: bytes that are no PDU. The stream cannot be read on from here. */
export class PduDecodeError extends Error {
  override readonly name = 'PduDecodeError'
  /** Stable, for programs: `DCM_PDU_…`. */
  readonly code: PduDecodeErrorCode
  /** Where the offending field begins, in bytes since the decoder's first. */
  readonly byteOffset: number
  /** The PDU-type byte of the PDU it was found in. */
  readonly pduType: number
  /** What to say in the A-ABORT. */
  readonly abortReason: AbortReason

  constructor(message: string, options: PduDecodeErrorOptions) {
    super(message)
    this.code = options.code
    this.byteOffset = options.byteOffset
    this.pduType = options.pduType
    this.abortReason = options.abortReason
  }
}

export interface PduDecodeErrorOptions {
  readonly code: PduDecodeErrorCode
  readonly byteOffset: number
  readonly pduType: number
  readonly abortReason: AbortReason
}

export type PduDecodeErrorCode =
  /** No PDU has this type. */
  | 'DCM_PDU_TYPE'
  /** A PDU length its type does not allow. */
  | 'DCM_PDU_LENGTH'
  /** A PDU length over the decoder's limit. */
  | 'DCM_PDU_TOO_LONG'
  /** A PDV length that does not fit its P-DATA-TF. */
  | 'DCM_PDU_PDV_LENGTH'
  /** An item or field that does not fit what holds it, or has a length it may not have. */
  | 'DCM_PDU_ITEM_LENGTH'
  /** A mandatory item is not there. */
  | 'DCM_PDU_ITEM_MISSING'
  /** An item that may stand once stands twice. */
  | 'DCM_PDU_ITEM_REPEATED'
  /** More items than the decoder's limit. */
  | 'DCM_PDU_TOO_MANY_ITEMS'
  /** An item of another PDU. */
  | 'DCM_PDU_ITEM_UNEXPECTED'
  /** A presentation context id that is even, 0 or used twice. */
  | 'DCM_PDU_CONTEXT_ID'
  /** A presentation context result over 4. */
  | 'DCM_PDU_CONTEXT_RESULT'
