/** iv XOR (0^32 ‖ seq), the sequence number as a 64-bit counter. */
export function recordNonce(iv: Uint8Array, sequence: number): Uint8Array {
  const nonce = new Uint8Array(iv)
  const view = new DataView(nonce.buffer)
  view.setUint32(4, view.getUint32(4) ^ Math.floor(sequence / 2 ** 32))
  view.setUint32(8, view.getUint32(8) ^ (sequence >>> 0))
  return nonce
}
