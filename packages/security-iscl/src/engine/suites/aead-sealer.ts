import type { CipherGCM } from 'node:crypto'
import type { PacketSealer } from '../packet-protection.ts'

/** Both AEADs of Node are used alike once they stand. */
export function aeadSealer(cipher: Pick<CipherGCM, 'update' | 'final' | 'getAuthTag'>): PacketSealer {
  return {
    update: (piece) => cipher.update(piece),
    tag: () => {
      cipher.final()
      return cipher.getAuthTag()
    },
  }
}
