import type { CipherGCM, DecipherGCM } from 'node:crypto'
import type { PacketSealer, PacketUnsealer } from '../packet-protection.ts'

// Both AEADs of Node are used alike once they stand.

export function aeadSealer(cipher: Pick<CipherGCM, 'update' | 'final' | 'getAuthTag'>): PacketSealer {
  return {
    update: (piece) => cipher.update(piece),
    tag: () => {
      cipher.final()
      return cipher.getAuthTag()
    },
  }
}

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
