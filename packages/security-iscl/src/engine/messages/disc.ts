const COUNT_BYTES = 8

export const discLength = { least: COUNT_BYTES, most: COUNT_BYTES } as const

/** DISC_RQ and DISC_RP hold one u64: the octets of DATA that the sender sent in the whole session. */
export function encodeDisc(dataBytes: number): Uint8Array {
  const bytes = new Uint8Array(COUNT_BYTES)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(dataBytes))
  return bytes
}

export function decodeDisc(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0)
}
