/** Controls, formats such as right-to-left overrides, line and paragraph separators, half a surrogate pair. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/**
 * Text of a peer or a file, safe on a terminal: whatever could move the cursor, change colours or the window's title, or make text
 * read differently than it is written stands as `\u{…}`. Letters of every language stay.
 */
export function safeText(text: string): string {
  return text.replace(unsafe, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}
