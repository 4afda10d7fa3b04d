import { decodeIdentity, encodeIdentity, MAX_IDENTITY_BYTES } from '../identity.ts'

/** The requestor's choice from the offer, who it is, and which keys it will use. */
export interface LineCheckRp {
  readonly version: number
  readonly suite: number
  /** The lesser of both ends'. */
  readonly maxPacketBytes: number
  readonly maxMessageBytes: number
  /** `MechanismBit`s chosen; the three-pass authentication is not among them, as it is not a choice. */
  readonly mode: number
  readonly authenticationKeyIndex: number
  readonly trafficKeyIndex: number
  readonly identity: string
}

const FIXED_BYTES = 15

export const lineCheckRpLength = {
  least: FIXED_BYTES + 2,
  most: FIXED_BYTES + 1 + MAX_IDENTITY_BYTES,
} as const

/**
 * | offset | length | field                       |
 * | ------ | ------ | --------------------------- |
 * | 0      | 2      | version                     |
 * | 2      | 2      | suite                       |
 * | 4      | 4      | greatest packet             |
 * | 8      | 4      | greatest message            |
 * | 12     | 1      | mode                        |
 * | 13     | 1      | authentication key index    |
 * | 14     | 1      | traffic key index           |
 * | 15     | 1      | identity length n           |
 * | 16     | n      | identity                    |
 */
export function encodeLineCheckRp(choice: LineCheckRp): Uint8Array {
  const identity = encodeIdentity(choice.identity)
  const bytes = new Uint8Array(FIXED_BYTES + identity.length)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, choice.version)
  view.setUint16(2, choice.suite)
  view.setUint32(4, choice.maxPacketBytes)
  view.setUint32(8, choice.maxMessageBytes)
  view.setUint8(12, choice.mode)
  view.setUint8(13, choice.authenticationKeyIndex)
  view.setUint8(14, choice.trafficKeyIndex)
  bytes.set(identity, FIXED_BYTES)
  return bytes
}

/** @throws Fault BAD_LENGTH, BAD_OPTION. The frame has bounded the length by {@link lineCheckRpLength}. */
export function decodeLineCheckRp(bytes: Uint8Array): LineCheckRp {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return {
    version: view.getUint16(0),
    suite: view.getUint16(2),
    maxPacketBytes: view.getUint32(4),
    maxMessageBytes: view.getUint32(8),
    mode: view.getUint8(12),
    authenticationKeyIndex: view.getUint8(13),
    trafficKeyIndex: view.getUint8(14),
    identity: decodeIdentity(bytes.subarray(FIXED_BYTES)),
  }
}
