import { hkdfSync, type KeyObject } from 'node:crypto'

/** RFC 5869 with SHA-256. */
export function hkdfSha256(
  input: KeyObject | Uint8Array,
  salt: Uint8Array,
  info: string | Uint8Array,
  length: number,
): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', input, salt, info, length))
}
