import type { ByteReader } from './wire/byte-reader.ts'
import { uint8 } from './wire/byte-writer.ts'
import { encodeFrame } from './wire/encode-frame.ts'

/**
 * A-ABORT (PS3.8 9.3.8, Table 9-26).
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | PDU-type 07H |
 * | 1 | 1 | reserved |
 * | 2 | 4 | PDU-length 00000004H |
 * | 6 | 2 | reserved |
 * | 8 | 1 | source |
 * | 9 | 1 | reason/diag. |
 */
export interface Abort {
  readonly type: 'A-ABORT'
  /** 0 service-user, 2 service-provider; others as received. */
  readonly source: number
  /** PS3.8 Table 9-26; 0 unless the source is 2, as received anything. */
  readonly reason: number
}

export function decodeAbort(body: ByteReader): Abort {
  body.uint16('reserved bytes')
  return { type: 'A-ABORT', source: body.uint8('source'), reason: body.uint8('reason') }
}

export function encodeAbort(pdu: Abort): Uint8Array {
  // PS3.8 Table 9-26: from the service-user the reason is not significant, and shall be sent as 00H.
  const reason = pdu.source === 0 ? 0 : pdu.reason
  return encodeFrame('A-ABORT', [new Uint8Array(2), uint8(pdu.source, 'source'), uint8(reason, 'reason')])
}
