/** One number of a binary VR. 64-bit integers that a number cannot hold exactly are strings (PS3.18 F.2.3), and so is what JSON has no number for. */
export function decodeNumber(vr: string, bytes: Buffer, offset: number, bigEndian: boolean): number | string {
  switch (vr) {
    case 'FD':
      return printable(bigEndian ? bytes.readDoubleBE(offset) : bytes.readDoubleLE(offset))
    case 'FL':
      return printable(bigEndian ? bytes.readFloatBE(offset) : bytes.readFloatLE(offset))
    case 'SL':
      return bigEndian ? bytes.readInt32BE(offset) : bytes.readInt32LE(offset)
    case 'SS':
      return bigEndian ? bytes.readInt16BE(offset) : bytes.readInt16LE(offset)
    case 'UL':
      return bigEndian ? bytes.readUInt32BE(offset) : bytes.readUInt32LE(offset)
    case 'SV':
      return exact(bigEndian ? bytes.readBigInt64BE(offset) : bytes.readBigInt64LE(offset))
    case 'UV':
      return exact(bigEndian ? bytes.readBigUInt64BE(offset) : bytes.readBigUInt64LE(offset))
    default:
      return bigEndian ? bytes.readUInt16BE(offset) : bytes.readUInt16LE(offset)
  }
}

/** JSON has no -0 that survives printing, and none of the numbers that are not finite. */
function printable(number: number): number | string {
  return Number.isFinite(number) ? number : String(number)
}

function exact(integer: bigint): number | string {
  const number = Number(integer)
  return Number.isSafeInteger(number) ? number : String(integer)
}
