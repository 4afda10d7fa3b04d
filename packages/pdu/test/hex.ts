/** Bytes from hex pairs and quoted ASCII: `hex("10 00 00 03 '1.2'")`. */
export function hex(notation: string): Uint8Array {
  const bytes: number[] = []
  for (const [token] of notation.matchAll(/'[^']*'|\S+/g)) {
    if (token.startsWith("'")) bytes.push(...Buffer.from(token.slice(1, -1), 'latin1'))
    else bytes.push(Number.parseInt(token, 16))
  }
  return Uint8Array.from(bytes)
}

/** The runs one after the other. */
export function join(...runs: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(runs))
}

/** An A-ASSOCIATE-RQ (01H) or AC (02H) from `THEIRS` to `OURS` around these items. */
export function associate(pduType: number, ...items: readonly string[]): Uint8Array {
  const fixed = hex(`00 01 00 00 'OURS            ' 'THEIRS          ' ${'00 '.repeat(32)}`)
  const body = join(fixed, ...items.map(hex))
  const header = new DataView(new ArrayBuffer(6))
  header.setUint8(0, pduType)
  header.setUint32(2, body.length)
  return join(new Uint8Array(header.buffer), body)
}

export const applicationContext = "10 00 00 15 '1.2.840.10008.3.1.1.1'"
export const proposal =
  "20 00 00 2e 01 00 00 00 30 00 00 11 '1.2.840.10008.1.1' 40 00 00 11 '1.2.840.10008.1.2'"
export const acceptance = "21 00 00 19 01 00 00 00 40 00 00 11 '1.2.840.10008.1.2'"
export const userInformation = '50 00 00 08 51 00 00 04 00 00 40 00'
