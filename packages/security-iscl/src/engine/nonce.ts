/**
 * iv XOR (0^32 ‖ seq), the sequence number as a 64-bit counter.
 *
 * Octet by octet: a DataView would make V8 move each of these small arrays off its heap, for some microseconds a packet.
 */
export function recordNonce(iv: Uint8Array, sequence: number): Uint8Array {
  const nonce = iv.slice()
  xorUint32(nonce, 4, Math.floor(sequence / 2 ** 32))
  xorUint32(nonce, 8, sequence >>> 0)
  return nonce
}

function xorUint32(bytes: Uint8Array, at: number, value: number): void {
  for (let octet = 0; octet < 4; octet++) {
    bytes[at + octet] = (bytes[at + octet] ?? 0) ^ (value >>> (24 - 8 * octet))
  }
}
