import { Fault } from '../fault.ts'

/** The acceptor's offer, the first packet of a session. */
export interface LineCheckRq {
  readonly minVersion: number
  readonly maxVersion: number
  readonly maxPacketBytes: number
  /** 0 means a stream, the only mode we speak. */
  readonly maxMessageBytes: number
  /** {@link MechanismBit}s. */
  readonly mechanisms: number
  /** Suite numbers, the preferred first. */
  readonly suites: readonly number[]
}

/** Bits of LINE_CHECK_RQ's mechanisms; the latter two are also LINE_CHECK_RP's mode bits. */
export const MechanismBit = { THREE_PASS_HMAC_SHA256: 0x01, X25519: 0x02, CLEAR_CHANNEL: 0x04 } as const

const FIXED_BYTES = 14

export const lineCheckRqLength = { least: FIXED_BYTES + 2, most: FIXED_BYTES + 2 * 255 } as const

/**
 * | offset | length | field                     |
 * | ------ | ------ | ------------------------- |
 * | 0      | 2      | least version             |
 * | 2      | 2      | greatest version          |
 * | 4      | 4      | greatest packet           |
 * | 8      | 4      | greatest message          |
 * | 12     | 1      | mechanisms                |
 * | 13     | 1      | number of suites n        |
 * | 14     | 2n     | suites                    |
 */
export function encodeLineCheckRq(offer: LineCheckRq): Uint8Array {
  const bytes = new Uint8Array(FIXED_BYTES + 2 * offer.suites.length)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, offer.minVersion)
  view.setUint16(2, offer.maxVersion)
  view.setUint32(4, offer.maxPacketBytes)
  view.setUint32(8, offer.maxMessageBytes)
  view.setUint8(12, offer.mechanisms)
  view.setUint8(13, offer.suites.length)
  for (const [index, suite] of offer.suites.entries()) view.setUint16(FIXED_BYTES + 2 * index, suite)
  return bytes
}

/** @throws Fault BAD_LENGTH. The frame has bounded the length by {@link lineCheckRqLength}. */
export function decodeLineCheckRq(bytes: Uint8Array): LineCheckRq {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const count = view.getUint8(13)
  if (count === 0 || bytes.length !== FIXED_BYTES + 2 * count) {
    throw new Fault(
      'BAD_LENGTH',
      `LINE_CHECK_RQ of ${String(bytes.length)} octets with ${String(count)} suites`,
    )
  }
  return {
    minVersion: view.getUint16(0),
    maxVersion: view.getUint16(2),
    maxPacketBytes: view.getUint32(4),
    maxMessageBytes: view.getUint32(8),
    mechanisms: view.getUint8(12),
    suites: Array.from({ length: count }, (_, index) => view.getUint16(FIXED_BYTES + 2 * index)),
  }
}
