/** East Asian characters that terminals draw two columns wide. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
const combining = /\p{M}/u

/** Columns that a text takes on a terminal. */
export function displayWidth(text: string): number {
  let columns = 0
  for (const character of text) columns += columnsOf(character)
  return columns
}

/** The text in exactly so many columns: padded with spaces, or cut with an ellipsis. */
export function fitted(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const width = displayWidth(text)
  if (width <= columns) {
    const padding = ' '.repeat(columns - width)
    return align === 'left' ? text + padding : padding + text
  }
  let shown = ''
  let used = 0
  for (const character of text) {
    const more = columnsOf(character)
    if (used + more > columns - 1) break
    shown += character
    used += more
  }
  return `${shown}…${' '.repeat(columns - 1 - used)}`
}

function columnsOf(character: string): number {
  if (combining.test(character)) return 0
  return wide.test(character) ? 2 : 1
}
