/**
 * The value of one-byte characters that stands from `start` to `end`, as text without the padding at its end: NUL for UIDs
 * (PS3.5 9.4), space for the others, and senders mix them up. Every byte becomes one character, so that different bytes stay
 * different texts.
 */
export function valueText(bytes: Buffer, start: number, end: number): string {
  let textEnd = end
  while (textEnd > start && (bytes[textEnd - 1] === 0x00 || bytes[textEnd - 1] === 0x20)) textEnd -= 1
  return bytes.toString('latin1', start, textEnd)
}
