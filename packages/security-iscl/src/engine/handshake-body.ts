import type { PacketBody } from './packet-framer.ts'
import { HEADER_BYTES } from './packet-header.ts'

/** A handshake packet, copied whole. Its length was checked against the message's bounds, at most 526 octets. */
export function handshakeBody(
  headerBytes: Uint8Array,
  payloadBytes: number,
  whole: (bytes: Uint8Array) => void,
): PacketBody {
  const bytes = new Uint8Array(HEADER_BYTES + payloadBytes)
  bytes.set(headerBytes)
  let filled = HEADER_BYTES
  return {
    push: (view) => {
      bytes.set(view, filled)
      filled += view.length
    },
    end: () => {
      whole(bytes)
    },
  }
}
