/**
 * A value of one-byte characters as text, without the padding at its end: NUL for UIDs (PS3.5 9.4), space for the others,
 * and senders mix them up. Every byte becomes one character, so that different bytes stay different texts.
 */
export function valueText(value: Buffer): string {
  let end = value.length
  while (end > 0 && (value[end - 1] === 0x00 || value[end - 1] === 0x20)) end -= 1
  return value.toString('latin1', 0, end)
}
