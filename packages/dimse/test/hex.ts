/** Bytes from hex pairs and quoted ASCII: `hex("0000 '1.2'")`; four digits are two bytes as they stand. */
export function hex(notation: string): Uint8Array {
  const bytes: number[] = []
  for (const [token] of notation.matchAll(/'[^']*'|\S+/g)) {
    if (token.startsWith("'")) bytes.push(...Buffer.from(token.slice(1, -1), 'latin1'))
    else bytes.push(...Buffer.from(token, 'hex'))
  }
  return Uint8Array.from(bytes)
}

/** A command set of these elements, behind the group length they need. */
export function commandSet(...elements: readonly string[]): Uint8Array {
  const body = Buffer.concat(elements.map(hex))
  const groupLength = Buffer.from([0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0])
  groupLength.writeUInt32LE(body.length, 8)
  return new Uint8Array(Buffer.concat([groupLength, body]))
}
