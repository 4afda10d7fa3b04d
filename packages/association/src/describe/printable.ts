import { isUid, uidName } from '@dcm/pdu'

/**
 * A peer's text for a log line: what is not printable ASCII is escaped, and so is the backslash, so that nobody writes log lines
 * for us; shortened to `maximumLength` characters and an ellipsis.
 */
export function printable(text: string, maximumLength = 64): string {
  let shown = ''
  for (let index = 0; index < text.length; index++) {
    const next = shownAs(text.charCodeAt(index))
    if (shown.length + next.length > maximumLength) return `${shown}…`
    shown += next
  }
  return shown
}

/** The same in double quotes, none of which is the text's own. */
export function quoted(text: string, maximumLength = 64): string {
  return `"${printable(text, maximumLength).replaceAll('"', String.raw`\x22`)}"`
}

/** A UID by its registered name, with the UID behind. What is no UID is quoted. */
export function named(uid: string): string {
  const name = uidName(uid)
  if (name !== uid) return `${name} (${uid})`
  return isUid(uid) ? uid : `${quoted(uid)}, which is not a UID`
}

/** A line for each of the first items, and one for how many there are besides. */
export function bounded<Item>(
  items: readonly Item[] = [],
  maximumItems: number,
  line: (item: Item) => string,
): string[] {
  const lines = items.slice(0, maximumItems).map(line)
  return items.length > maximumItems
    ? [...lines, `      … and ${String(items.length - maximumItems)} more`]
    : lines
}

function shownAs(code: number): string {
  if (code >= 0x20 && code <= 0x7e && code !== 0x5c) return String.fromCharCode(code)
  return code <= 0xff ? `\\x${digits(code, 2)}` : `\\u${digits(code, 4)}`
}

function digits(value: number, length: number): string {
  return value.toString(16).padStart(length, '0')
}

/** Bytes as hex, shortened: application information is short, and a peer's need not be. */
export function hex(bytes: Uint8Array, maximumBytes = 32): string {
  const shown = Array.from(bytes.subarray(0, maximumBytes), (byte) => digits(byte, 2)).join('')
  return bytes.length > maximumBytes ? `${shown}… (${String(bytes.length)} bytes)` : shown
}
