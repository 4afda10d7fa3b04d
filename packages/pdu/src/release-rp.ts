import { encodeFrame } from './wire/encode-frame.ts'

/**
 * A-RELEASE-RP (PS3.8 9.3.7). The answer to an A-RELEASE-RQ: the association is over.
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | PDU-type 06H |
 * | 1 | 1 | reserved |
 * | 2 | 4 | PDU-length 00000004H |
 * | 6 | 4 | reserved |
 */
export interface ReleaseRp {
  readonly type: 'A-RELEASE-RP'
}

export function decodeReleaseRp(): ReleaseRp {
  return { type: 'A-RELEASE-RP' }
}

export function encodeReleaseRp(): Uint8Array {
  return encodeFrame('A-RELEASE-RP', [new Uint8Array(4)])
}
