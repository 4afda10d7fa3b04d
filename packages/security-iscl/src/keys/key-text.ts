import { IsclConfigurationError } from '../iscl-configuration-error.ts'
import { KEY_BYTES } from './key-slot.ts'

const HEX = /^[0-9a-fA-F]{64}$/
const BASE64 = /^[A-Za-z0-9+/]{43}=$/

/** 32 random octets have fewer than 16 different values with a probability below 10^-15. */
const MIN_DIFFERENT_OCTETS = 16

/**
 * A key as 64 hex digits or 44 base64 characters. Nothing is stretched, hashed or padded, and what looks chosen by a person is
 * refused: MAC_A lets anybody on the wire try guesses at leisure.
 *
 * @throws IsclConfigurationError
 */
export function parseKeyText(text: unknown, where: string): Uint8Array {
  const key = typeof text === 'string' ? decode(text) : undefined
  if (key?.length !== KEY_BYTES) {
    throw new IsclConfigurationError(
      `${where} is not 32 octets as 64 hex digits or 44 base64 characters; a passphrase is no key`,
    )
  }
  if (new Set(key).size < MIN_DIFFERENT_OCTETS || key.every(isPrintable)) {
    throw new IsclConfigurationError(`${where} is not random: it repeats itself or is readable text`)
  }
  return key
}

function decode(text: string): Uint8Array | undefined {
  if (HEX.test(text)) return Buffer.from(text, 'hex')
  if (!BASE64.test(text)) return undefined
  const key = Buffer.from(text, 'base64')
  // Stray bits in the last character would let two texts be one key.
  return key.toString('base64') === text ? key : undefined
}

function isPrintable(octet: number): boolean {
  return octet >= 0x20 && octet <= 0x7e
}
