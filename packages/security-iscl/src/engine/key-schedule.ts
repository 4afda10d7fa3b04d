import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { hkdfSha256 } from './hkdf-sha256.ts'

/** Octets of every key, secret and challenge but the IV. */
export const SECRET_BYTES = 32

const IV_BYTES = 12
const NO_SALT = new Uint8Array(0)

/** What seals or opens the packets of one direction and epoch. */
export interface RecordKeys {
  /** Not plain octets: Node takes 10 µs a packet to find out what those are. */
  readonly key: KeyObject
  readonly iv: Uint8Array
}

/** K_a, from the pre-shared authentication key. */
export function authenticationKey(preShared: KeyObject): Uint8Array {
  return derive(preShared, NO_SALT, 'auth', SECRET_BYTES)
}

/** MAC_A (requestor, PASS2) or MAC_B (acceptor, PASS3) over the transcript up to it. */
export function passMac(
  authentication: Uint8Array,
  pass: 'pass2 initiator' | 'pass3 acceptor',
  transcriptHash: Uint8Array,
): Uint8Array {
  return createHmac('sha256', authentication).update(`ISC2/2 ${pass}`).update(transcriptHash).digest()
}

/**
 * S_dir of epoch 1, `i2r` from the requestor and `r2i` from the acceptor: from both pre-shared keys, the X25519 secret or nothing, and
 * the whole handshake's hash.
 */
export function sessionSecrets(
  preShared: { readonly authentication: KeyObject; readonly traffic: KeyObject },
  sharedSecret: Uint8Array,
  transcriptHash: Uint8Array,
) {
  const input = Buffer.concat([preShared.authentication.export(), preShared.traffic.export(), sharedSecret])
  const master = derive(input, transcriptHash, 'master', SECRET_BYTES)
  input.fill(0)
  const secrets = {
    requestorSecret: derive(master, transcriptHash, 'traffic i2r', SECRET_BYTES),
    acceptorSecret: derive(master, transcriptHash, 'traffic r2i', SECRET_BYTES),
  }
  master.fill(0)
  return secrets
}

/** S_dir of the next epoch. There is no way back. */
export function nextTrafficSecret(secret: Uint8Array): Uint8Array {
  return derive(secret, NO_SALT, 'rekey', SECRET_BYTES)
}

export function recordKeys(secret: Uint8Array): RecordKeys {
  return {
    key: createSecretKey(derive(secret, NO_SALT, 'key', SECRET_BYTES)),
    iv: derive(secret, NO_SALT, 'iv', IV_BYTES),
  }
}

function derive(input: KeyObject | Uint8Array, salt: Uint8Array, label: string, length: number): Uint8Array {
  return hkdfSha256(input, salt, `ISC2/2 ${label}`, length)
}
