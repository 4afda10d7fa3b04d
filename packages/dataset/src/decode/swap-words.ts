/** A copy with the bytes of every word reversed; what does not fill a word stays. PS3.18 F.2.7 and PS3.5 7.3 differ in nothing else. */
export function swapWords(bytes: Uint8Array, width: 1 | 2 | 4 | 8): Buffer {
  const copy = Buffer.from(bytes)
  const whole = copy.subarray(0, copy.length - (copy.length % width))
  if (width === 2) whole.swap16()
  else if (width === 4) whole.swap32()
  else if (width === 8) whole.swap64()
  return copy
}
