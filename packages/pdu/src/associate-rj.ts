import type { ByteReader } from './wire/byte-reader.ts'
import { uint8 } from './wire/byte-writer.ts'
import { encodeFrame } from './wire/encode-frame.ts'

/**
 * A-ASSOCIATE-RJ (PS3.8 9.3.4, Table 9-21).
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | PDU-type 03H |
 * | 1 | 1 | reserved |
 * | 2 | 4 | PDU-length 00000004H |
 * | 6 | 1 | reserved |
 * | 7 | 1 | result |
 * | 8 | 1 | source |
 * | 9 | 1 | reason/diag. |
 */
export interface AssociateRj {
  readonly type: 'A-ASSOCIATE-RJ'
  /** 1 permanent, 2 transient; others as received. */
  readonly result: number
  /** 1 service-user, 2 service-provider (ACSE), 3 service-provider (presentation); others as received. */
  readonly source: number
  /** See {@link Rejection}. */
  readonly reason: number
}

/**
 * What an acceptor may say when it rejects (PS3.8 Table 9-21): the reasons belong to their source.
 *
 * - source 1, service-user: 1 no reason given, 2 application context name not supported, 3 calling AE title not recognized,
 *   7 called AE title not recognized
 * - source 2, service-provider (ACSE): 1 no reason given, 2 protocol version not supported
 * - source 3, service-provider (presentation): 1 temporary congestion, 2 local limit exceeded
 */
export type Rejection = { readonly result: 1 | 2 } & (
  | { readonly source: 1; readonly reason: 1 | 2 | 3 | 7 }
  | { readonly source: 2; readonly reason: 1 | 2 }
  | { readonly source: 3; readonly reason: 1 | 2 }
)

export function decodeAssociateRj(body: ByteReader): AssociateRj {
  body.uint8('reserved byte')
  return {
    type: 'A-ASSOCIATE-RJ',
    result: body.uint8('result'),
    source: body.uint8('source'),
    reason: body.uint8('reason'),
  }
}

export function encodeAssociateRj(pdu: AssociateRj): Uint8Array {
  return encodeFrame('A-ASSOCIATE-RJ', [
    Uint8Array.of(0),
    uint8(pdu.result, 'result'),
    uint8(pdu.source, 'source'),
    uint8(pdu.reason, 'reason'),
  ])
}
