import { createHmac, timingSafeEqual } from 'node:crypto'
import type { RecordKeys } from '../key-schedule.ts'
import type { Suite } from '../packet-protection.ts'

/**
 * Integrity only: plaintext on the wire, HMAC-SHA-256 over sequence number ‖ header ‖ payload behind it.
 * HMAC rather than GMAC, as a repeated nonce cannot give its key away.
 */
export const hmacSha256Integrity: Suite = {
  id: 0x0010,
  tagBytes: 32,
  confidential: false,
  seal(keys, sequence, header) {
    const mac = packetMac(keys, sequence, header)
    return {
      update: (piece) => {
        mac.update(piece)
        return piece
      },
      tag: () => mac.digest(),
    }
  },
  unseal(keys, sequence, header) {
    const mac = packetMac(keys, sequence, header)
    return {
      update: (piece) => {
        mac.update(piece)
        return piece
      },
      verify: (tag) => timingSafeEqual(mac.digest(), tag),
    }
  },
}

function packetMac(keys: RecordKeys, sequence: number, header: Uint8Array) {
  const counter = new Uint8Array(8)
  new DataView(counter.buffer).setBigUint64(0, BigInt(sequence))
  return createHmac('sha256', keys.key).update(counter).update(header)
}
