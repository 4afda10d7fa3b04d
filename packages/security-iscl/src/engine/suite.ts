import { aes256Gcm } from './suites/aes-256-gcm.ts'
import { chacha20Poly1305 } from './suites/chacha20-poly1305.ts'
import { hmacSha256Integrity } from './suites/hmac-sha256-integrity.ts'
import type { Suite } from './packet-protection.ts'

export type IsclSuite = 'aes-256-gcm' | 'chacha20-poly1305' | 'hmac-sha256-integrity'

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
