import { aes256Gcm } from './suites/aes-256-gcm.ts'
import { chacha20Poly1305 } from './suites/chacha20-poly1305.ts'
import { hmacSha256Integrity } from './suites/hmac-sha256-integrity.ts'
import type { RecordKeys } from './key-schedule.ts'

export type IsclSuite = 'aes-256-gcm' | 'chacha20-poly1305' | 'hmac-sha256-integrity'

/** Seals one packet. */
export interface PacketSealer {
  /** The octets to send for a piece of plaintext; may be the piece itself. */
  update(piece: Uint8Array): Uint8Array
  /** Once, at the end. */
  tag(): Uint8Array
}

/** Opens one packet. What `update` gave must not be used before `verify` said yes. */
export interface PacketUnsealer {
  update(piece: Uint8Array): Uint8Array
  verify(tag: Uint8Array): boolean
}

/** One way to protect packets. */
export interface Suite {
  /** Its number on the wire. */
  readonly id: number
  readonly tagBytes: number
  readonly confidential: boolean
  seal(keys: RecordKeys, sequence: number, header: Uint8Array): PacketSealer
  unseal(keys: RecordKeys, sequence: number, header: Uint8Array): PacketUnsealer
}

export const SUITES = {
  'aes-256-gcm': aes256Gcm,
  'chacha20-poly1305': chacha20Poly1305,
  'hmac-sha256-integrity': hmacSha256Integrity,
} as const satisfies Record<IsclSuite, Suite>

/** The suite of a number on the wire; undefined for one we do not know. */
export function suiteOfId(id: number): IsclSuite | undefined {
  for (const [name, suite] of Object.entries(SUITES)) if (suite.id === id) return name as IsclSuite
  return undefined
}
