import { requirePresentationContextId } from './items/presentation-context-id.ts'
import { pduTypes } from './pdu-types.ts'
import { UsageError } from './usage-error.ts'
import { headerLengthBytes } from './wire/chunk-cursor.ts'
import { joinBytes } from './wire/byte-writer.ts'

/**
 * A P-DATA-TF (PS3.8 9.3.5, Tables 9-22 and 9-23) has begun; its PDVs follow as fragments.
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | PDU-type 04H |
 * | 1 | 1 | reserved |
 * | 2 | 4 | PDU-length |
 * | 6 | … | one or more presentation-data-value items: |
 * | +0 | 4 | item-length, of what follows: 2 at least |
 * | +4 | 1 | presentation-context-ID |
 * | +5 | 1 | message control header (PS3.8 E.2): bit 0 command, bit 1 last |
 * | +6 | … | a fragment of a command or data set |
 */
export interface PDataTfStart {
  readonly type: 'P-DATA-TF'
  /** The PDU length field, in bytes. */
  readonly length: number
}

/** Consecutive bytes of one PDV, as a view of the pushed chunk. */
export interface PdvFragment {
  readonly type: 'PDV'
  /** As received: whether it was negotiated, and so odd, is the association's to judge. */
  readonly presentationContextId: number
  /** Message control header bit 0: command, else data set. */
  readonly isCommand: boolean
  /** Message control header bit 1: this PDV is the last of the command or data set. */
  readonly isLast: boolean
  /** Valid as long as the pushed chunk is. Empty only for a PDV without content. */
  readonly data: Uint8Array
  /** `data` completes the PDV. */
  readonly endOfPdv: boolean
  /** `data` completes the P-DATA-TF. */
  readonly endOfPdu: boolean
}

/** One PDV to send. */
export interface Pdv {
  readonly presentationContextId: number
  readonly isCommand: boolean
  readonly isLast: boolean
  /** The runs of bytes that make up the PDV's content. */
  readonly data: readonly Uint8Array[]
}

/** Bytes of a PDV that its item-length counts besides the content: the context id and the message control header. */
export const pdvLengthOverheadBytes = 2

/** Up to this many bytes a P-DATA-TF is one run: a copy so small is cheaper than another entry in the gathered write. */
const joinedPayloadBytes = 1024

/**
 * The runs of one P-DATA-TF, in order: headers, which are new, and the PDVs' own runs, by reference. They must stay unchanged
 * until written. A payload of 1024 bytes or less is copied, and all is one run, so that a short answer is one write.
 *
 * @throws UsageError `DCM_PDV_MISSING`, `DCM_PDV_TOO_LONG`, `DCM_PRESENTATION_CONTEXT_ID`
 */
export function encodePDataTf(pdvs: readonly Pdv[]): Uint8Array[] {
  if (pdvs.length === 0) {
    throw new UsageError('a P-DATA-TF without a PDV; one is needed at least', 'DCM_PDV_MISSING')
  }
  const headers = new Uint8Array(headerLengthBytes + pdvs.length * headerLengthBytes)
  const view = new DataView(headers.buffer)
  const runs: Uint8Array[] = []
  let headersEnd = headerLengthBytes
  let headersBegin = 0
  let payload = 0
  for (const pdv of pdvs) {
    const length = pdv.data.reduce((sum, run) => sum + run.length, 0)
    payload += length
    // Wraps when over 32 bits, but then the whole does not fit either and is refused below.
    view.setUint32(headersEnd, length + pdvLengthOverheadBytes)
    view.setUint8(headersEnd + 4, requirePresentationContextId(pdv.presentationContextId))
    view.setUint8(headersEnd + 5, Number(pdv.isCommand) | (Number(pdv.isLast) << 1))
    headersEnd += headerLengthBytes
    runs.push(headers.subarray(headersBegin, headersEnd), ...pdv.data)
    headersBegin = headersEnd
  }
  const length = payload + pdvs.length * headerLengthBytes
  if (length > 0xffffffff) {
    throw new UsageError(
      `a P-DATA-TF of ${String(length)} bytes does not fit; allowed are 4294967295 bytes`,
      'DCM_PDV_TOO_LONG',
    )
  }
  view.setUint8(0, pduTypes['P-DATA-TF'])
  view.setUint32(2, length)
  return payload <= joinedPayloadBytes ? [joinBytes(runs)] : runs
}
