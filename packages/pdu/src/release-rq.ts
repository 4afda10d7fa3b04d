import { encodeFrame } from './wire/encode-frame.ts'

/**
 * A-RELEASE-RQ (PS3.8 9.3.6). The sender will send no more data and asks to end the association.
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | PDU-type 05H |
 * | 1 | 1 | reserved |
 * | 2 | 4 | PDU-length 00000004H |
 * | 6 | 4 | reserved |
 */
export interface ReleaseRq {
  readonly type: 'A-RELEASE-RQ'
}

export function decodeReleaseRq(): ReleaseRq {
  return { type: 'A-RELEASE-RQ' }
}

export function encodeReleaseRq(): Uint8Array {
  return encodeFrame('A-RELEASE-RQ', [new Uint8Array(4)])
}
