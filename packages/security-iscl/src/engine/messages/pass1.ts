import { decodeIdentity, encodeIdentity, MAX_IDENTITY_BYTES } from '../identity.ts'
import { SECRET_BYTES } from '../key-schedule.ts'
import { X25519_BYTES } from '../x25519.ts'

/** The acceptor's challenge. */
export interface Pass1 {
  /** RB. */
  readonly challenge: Uint8Array
  /** EB; empty without X25519. */
  readonly x25519: Uint8Array
  readonly identity: string
}

export function pass1Length(withX25519: boolean) {
  const fixed = SECRET_BYTES + (withX25519 ? X25519_BYTES : 0)
  return { least: fixed + 2, most: fixed + 1 + MAX_IDENTITY_BYTES }
}

/**
 * | offset | length  | field                   |
 * | ------ | ------- | ----------------------- |
 * | 0      | 32      | RB                      |
 * | 32     | 32 or 0 | EB                      |
 * | …      | 1       | identity length n       |
 * | …      | n       | identity                |
 */
export function encodePass1(pass: Pass1): Uint8Array {
  return Buffer.concat([pass.challenge, pass.x25519, encodeIdentity(pass.identity)])
}

/** @throws Fault BAD_LENGTH, BAD_OPTION. The frame has bounded the length by {@link pass1Length}. */
export function decodePass1(bytes: Uint8Array, withX25519: boolean): Pass1 {
  const identityAt = SECRET_BYTES + (withX25519 ? X25519_BYTES : 0)
  return {
    challenge: bytes.subarray(0, SECRET_BYTES),
    x25519: bytes.subarray(SECRET_BYTES, identityAt),
    identity: decodeIdentity(bytes.subarray(identityAt)),
  }
}
