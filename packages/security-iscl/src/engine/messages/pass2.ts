import { SECRET_BYTES } from '../key-schedule.ts'
import { X25519_BYTES } from '../x25519.ts'

/** The requestor's challenge, and its response to the acceptor's. */
export interface Pass2 {
  /** RA. */
  readonly challenge: Uint8Array
  /** EA; empty without X25519. */
  readonly x25519: Uint8Array
  /** MAC_A. */
  readonly mac: Uint8Array
}

export function pass2Length(withX25519: boolean) {
  const bytes = 2 * SECRET_BYTES + (withX25519 ? X25519_BYTES : 0)
  return { least: bytes, most: bytes }
}

/**
 * | offset | length  | field |
 * | ------ | ------- | ----- |
 * | 0      | 32      | RA    |
 * | 32     | 32 or 0 | EA    |
 * | last   | 32      | MAC_A |
 *
 * The frame has fixed the length by {@link pass2Length}.
 */
export function decodePass2(bytes: Uint8Array): Pass2 {
  const macAt = bytes.length - SECRET_BYTES
  return {
    challenge: bytes.subarray(0, SECRET_BYTES),
    x25519: bytes.subarray(SECRET_BYTES, macAt),
    mac: bytes.subarray(macAt),
  }
}
