import type { DecipherGCM } from 'node:crypto'
import type { PacketUnsealer } from '../packet-protection.ts'

/** Both AEADs of Node are used alike once they stand. */
export function aeadUnsealer(decipher: Pick<DecipherGCM, 'update' | 'setAuthTag' | 'final'>): PacketUnsealer {
  return {
    update: (piece) => decipher.update(piece),
    verify: (tag) => {
      decipher.setAuthTag(tag)
      try {
        decipher.final()
        return true
      } catch {
        return false
      }
    },
  }
}
