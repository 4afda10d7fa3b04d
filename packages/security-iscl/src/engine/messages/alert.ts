const CODE_BYTES = 2

/** With the text of at most 128 octets that the format allows. We send none: a code cannot carry patient data. */
export const alertLength = { least: CODE_BYTES, most: CODE_BYTES + 128 } as const

/**
 * | offset | length | field                                      |
 * | ------ | ------ | ------------------------------------------ |
 * | 0      | 2      | code                                       |
 * | 2      | 0–128  | UTF-8 text, ignored: it is the peer's word |
 */
export function encodeAlert(wireCode: number): Uint8Array {
  const bytes = new Uint8Array(CODE_BYTES)
  new DataView(bytes.buffer).setUint16(0, wireCode)
  return bytes
}

/** The wire code. */
export function decodeAlert(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint16(0)
}
