import { requirePresentationContextId } from './items/presentation-context-id.ts'
import { pduTypes } from './pdu-types.ts'
import { UsageError } from './usage-error.ts'
import { headerLengthBytes } from './wire/chunk-cursor.ts'
import { requireBytes } from './wire/require-bytes.ts'

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

/** PDV content of up to this many bytes is copied: a copy so small is cheaper than another entry in the gathered write. */
const copiedContentBytes = 1024

/**
 * The runs of one P-DATA-TF, in order: headers, which are new, and the PDVs' own runs, by reference. They must stay unchanged
 * until written. PDV content of 1024 bytes or less is copied to the headers around it, so that a short answer is one write.
 *
 * @throws UsageError `DCM_PDV_MISSING`, `DCM_PDV_TOO_LONG`, `DCM_PRESENTATION_CONTEXT_ID`, `DCM_BYTES_TYPE`
 */
export function encodePDataTf(pdvs: readonly Pdv[]): Uint8Array[] {
  return encodePDataTfs([pdvs])
}

/**
 * The same for P-DATA-TFs that go one behind the other, each given as its PDVs. What stands between two large contents is one run:
 * a short command, and the headers of the data set behind it.
 */
export function encodePDataTfs(pdus: readonly (readonly Pdv[])[]): Uint8Array[] {
  const bytes = new Uint8Array(newBytes(pdus))
  const view = new DataView(bytes.buffer)
  const runs: Uint8Array[] = []
  let runBegin = 0
  let position = 0
  let contextId = Number.NaN
  for (const pdvs of pdus) {
    if (pdvs.length === 0) {
      throw new UsageError('a P-DATA-TF without a PDV; one is needed at least', 'DCM_PDV_MISSING')
    }
    const pduHeader = position
    let pduLength = 0
    position += headerLengthBytes
    for (const { presentationContextId, isCommand, isLast, data } of pdvs) {
      let length = 0
      for (const run of data) length += run.length
      pduLength += headerLengthBytes + length
      // Mostly that of the PDV before.
      if (presentationContextId !== contextId) contextId = requirePresentationContextId(presentationContextId)
      // Wraps when over 32 bits, but then the whole does not fit either and is refused below.
      view.setUint32(position, length + pdvLengthOverheadBytes)
      view.setUint8(position + 4, contextId)
      view.setUint8(position + 5, (isCommand ? 0x01 : 0) | (isLast ? 0x02 : 0))
      position += headerLengthBytes
      if (length > copiedContentBytes) {
        runs.push(bytes.subarray(runBegin, position), ...data)
        runBegin = position
        continue
      }
      for (const run of data) {
        bytes.set(run, position)
        position += run.length
      }
    }
    if (pduLength > 0xffffffff) {
      throw new UsageError(
        `a P-DATA-TF of ${String(pduLength)} bytes does not fit; allowed are 4294967295 bytes`,
        'DCM_PDV_TOO_LONG',
      )
    }
    view.setUint8(pduHeader, pduTypes['P-DATA-TF'])
    view.setUint32(pduHeader + 2, pduLength)
  }
  if (position > runBegin) runs.push(bytes.subarray(runBegin))
  return runs
}

/** All headers, and the content that is copied. */
function newBytes(pdus: readonly (readonly Pdv[])[]): number {
  let bytes = 0
  for (const pdvs of pdus) {
    bytes += headerLengthBytes
    for (const { data } of pdvs) {
      let length = 0
      for (const run of data) {
        requireBytes(run, 'a run of a PDV')
        length += run.length
      }
      bytes += headerLengthBytes + (length > copiedContentBytes ? 0 : length)
    }
  }
  return bytes
}
