import { Fault } from './fault.ts'

/** Octets of UTF-8 an identity may have, V1.00's limit for its authentication data. */
export const MAX_IDENTITY_BYTES = 128

// Control characters would let a peer write its own lines into an audit log.
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u

/** Length octet, then 1–128 octets of UTF-8. */
export function encodeIdentity(identity: string): Uint8Array {
  const text = new TextEncoder().encode(identity)
  const bytes = new Uint8Array(1 + text.length)
  bytes[0] = text.length
  bytes.set(text, 1)
  return bytes
}

/**
 * Reads an identity that fills `bytes` to the end.
 *
 * @throws Fault BAD_LENGTH, BAD_OPTION
 */
export function decodeIdentity(bytes: Uint8Array): string {
  const length = bytes[0] ?? 0
  if (length < 1 || length > MAX_IDENTITY_BYTES || bytes.length !== 1 + length) {
    throw new Fault(
      'BAD_LENGTH',
      `identity length ${String(length)} in a field of ${String(bytes.length - 1)} octets; 1–128 allowed`,
    )
  }
  const identity = decodeUtf8(bytes.subarray(1))
  if (identity === undefined || CONTROL.test(identity)) {
    throw new Fault('BAD_OPTION', 'the identity is not UTF-8 free of control characters')
  }
  return identity
}

/** Why a name cannot be an identity, or undefined when it can. */
export function identityFault(identity: string): string | undefined {
  const bytes = new TextEncoder().encode(identity).length
  if (bytes < 1 || bytes > MAX_IDENTITY_BYTES) return `has ${String(bytes)} octets of UTF-8; 1–128 allowed`
  if (!identity.isWellFormed() || CONTROL.test(identity)) return 'has control characters or lone surrogates'
  return undefined
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
