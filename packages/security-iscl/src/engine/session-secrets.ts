import type { KeyObject } from 'node:crypto'
import { masterSecret, trafficSecret } from './key-schedule.ts'

/** The first traffic secrets of both directions, from the keys and the hash over the finished handshake (TH). */
export function sessionSecrets(
  keys: { readonly authentication: KeyObject; readonly traffic: KeyObject },
  sharedSecret: Uint8Array,
  transcriptHash: Uint8Array,
) {
  const master = masterSecret(keys, sharedSecret, transcriptHash)
  const secrets = {
    requestorSecret: trafficSecret(master, transcriptHash, 'i2r'),
    acceptorSecret: trafficSecret(master, transcriptHash, 'r2i'),
  }
  master.fill(0)
  return secrets
}
