/** A peer's text for a log line: what is not printable ASCII is escaped, so that nobody writes log lines for us. */
export function printable(text: string, maximumLength = 64): string {
  const escaped = text.replace(
    /[^\x20-\x7e]|\\/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
  return escaped.length > maximumLength ? `${escaped.slice(0, maximumLength)}…` : escaped
}

/** Bytes as hex, shortened: application information is short, and a peer's need not be. */
export function hex(bytes: Uint8Array, maximumBytes = 32): string {
  const shown = Buffer.from(bytes.subarray(0, maximumBytes)).toString('hex')
  return bytes.length > maximumBytes ? `${shown}… (${String(bytes.length)} bytes)` : shown
}
