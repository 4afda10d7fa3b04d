import { encodePacketHeader, HEADER_BYTES } from './packet-header.ts'

/** A packet before COMPLETE: no flags, epoch 0, no tag. */
export function handshakePacket(type: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length)
  bytes.set(encodePacketHeader({ type, flags: 0, epoch: 0, payloadBytes: payload.length }))
  bytes.set(payload, HEADER_BYTES)
  return bytes
}
