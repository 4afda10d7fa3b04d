import { Fault } from './fault.ts'

/** Octets before every payload. */
export const HEADER_BYTES = 12

/** `ISC2`: neither a DICOM PDU (01–07) nor a TLS record (16 03) starts so. */
const MAGIC = [0x49, 0x53, 0x43, 0x32] as const

const WIRE_VERSION = 0x02

/** Flag bit 0. Bit 1 marks the end of a message in message mode, which we do not offer. */
export const PROTECTED_FLAG = 0x01

/** What a header says, the constant fields left out. */
export interface PacketHeader {
  readonly type: number
  readonly flags: number
  readonly epoch: number
  /** Octets that follow, the tag included. */
  readonly payloadBytes: number
}

/**
 * | offset | length | field                         |
 * | ------ | ------ | ----------------------------- |
 * | 0      | 4      | magic `ISC2`                  |
 * | 4      | 1      | wire version 02H              |
 * | 5      | 1      | type                          |
 * | 6      | 1      | flags                         |
 * | 7      | 1      | epoch, 0 in the handshake     |
 * | 8      | 4      | payload length, tag included  |
 */
export function encodePacketHeader(header: PacketHeader): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES)
  writePacketHeader(bytes, header)
  return bytes
}

/** Writes the header to the first 12 octets of `into`. */
export function writePacketHeader(into: Uint8Array, header: PacketHeader): void {
  into.set(MAGIC)
  into[4] = WIRE_VERSION
  into[5] = header.type
  into[6] = header.flags
  into[7] = header.epoch
  for (let octet = 0; octet < 4; octet++) into[8 + octet] = header.payloadBytes >>> (24 - 8 * octet)
}

/** @throws Fault BAD_VERSION. The magic is {@link checkMagic}'s. */
export function decodePacketHeader(bytes: Uint8Array): PacketHeader {
  const [, , , , version = 0, type = 0, flags = 0, epoch = 0] = bytes
  if (version !== WIRE_VERSION) {
    throw new Fault('BAD_VERSION', `packet of wire version ${String(version)}; this side speaks 2`)
  }
  let payloadBytes = 0
  for (let at = 8; at < HEADER_BYTES; at++) payloadBytes = payloadBytes * 256 + (bytes[at] ?? 0)
  return { type, flags, epoch, payloadBytes }
}

/**
 * Looks at the octets of the magic that have come, so that a foreign protocol ends at its first octet.
 *
 * @throws Fault BAD_MAGIC
 */
export function checkMagic(bytes: Uint8Array, length: number): void {
  const known = Math.min(length, MAGIC.length)
  for (let at = 0; at < known; at++) {
    if (bytes[at] === MAGIC[at]) continue
    throw new Fault('BAD_MAGIC', `the peer does not speak ISC2: ${foreignProtocol(bytes[0] ?? 0)}`)
  }
}

function foreignProtocol(first: number): string {
  if (first >= 0x01 && first <= 0x07) return 'this looks like a plain DICOM PDU'
  if (first === 0x16 || first === 0x15) return 'this looks like TLS'
  if (first >= 0x41 && first <= 0x5a && first !== 0x49) return 'this looks like HTTP or another text protocol'
  return `a packet starts with octet ${String(first)}`
}
