/** Controls, formats such as right-to-left overrides, line and paragraph separators, half a surrogate pair. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/**
 * Text of a peer or a file, safe on a terminal: whatever could move the cursor, change colours or the window's title, or make text
 * read differently than it is written stands as `\u{…}`. Letters of every language stay.
 */
export function safeText(text: string): string {
  return text.replace(unsafe, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** JSON text in which the same characters are escaped, which changes nothing of what it says. */
export function safeJson(json: string): string {
  return json.replace(unsafe, (character) =>
    character
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  )
}

/** Text for a spreadsheet: as it is, line breaks too, but for the other control characters. */
export function safeField(text: string): string {
  return text.replace(/\r(?!\n)|(?![\t\r\n])\p{Cc}/gu, safeText)
}
