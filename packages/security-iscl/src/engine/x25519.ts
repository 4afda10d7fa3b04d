import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto'
import { Fault } from './fault.ts'

/** Octets of an X25519 public key on the wire. */
export const X25519_BYTES = 32

/** Node takes raw keys only wrapped: RFC 8410 PKCS #8 and SubjectPublicKeyInfo around 32 octets. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex')

export interface X25519KeyPair {
  readonly privateKey: KeyObject
  readonly publicKey: Uint8Array
}

/** The pair of a secret of 32 random octets (clamped by RFC 7748 5). */
export function x25519KeyPair(secret: Uint8Array): X25519KeyPair {
  const der = Buffer.concat([PKCS8_PREFIX, secret])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  return { privateKey, publicKey: new Uint8Array(spki.subarray(SPKI_PREFIX.length)) }
}

/** @throws Fault AUTH_FAILED for a peer's key of low order, which OpenSSL refuses (RFC 7748 6.1). */
export function x25519SharedSecret(privateKey: KeyObject, peer: Uint8Array): Uint8Array {
  const key = Buffer.concat([SPKI_PREFIX, peer])
  const publicKey = createPublicKey({ key, format: 'der', type: 'spki' })
  try {
    return diffieHellman({ privateKey, publicKey })
  } catch (cause) {
    throw new Fault('AUTH_FAILED', "the peer's X25519 key has low order", { cause })
  }
}
