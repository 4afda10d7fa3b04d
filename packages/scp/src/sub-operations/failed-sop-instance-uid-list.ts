import { deflateRawSync } from 'node:zlib'
import { dataSetEncoding } from '@dcm/dataset'

/** The longest value that fits a 16-bit length, which is even (PS3.5 7.1.2). In bytes. */
const longestShortValue = 0xfffe

/**
 * The identifier of a last response: Failed SOP Instance UID List (0008,0058), VR UI, and nothing else (PS3.4 C.4.2.1.4.2, C.4.3.1.3.2).
 *
 * With an explicit VR, UI has a 16-bit length. A list that is longer, of a thousand UIDs or more, is written as UN with 32 bits,
 * which PS3.5 6.2.2 has for this.
 */
export function failedSopInstanceUidList(
  sopInstanceUids: readonly string[],
  transferSyntaxUid: string,
): Uint8Array {
  const { explicitVr, bigEndian, deflated } = dataSetEncoding(transferSyntaxUid)
  const text = Buffer.from(sopInstanceUids.join('\\'), 'latin1')
  const value = text.length % 2 === 0 ? text : Buffer.concat([text, Buffer.alloc(1)])
  const header = explicitVr ? explicitHeader(value.length, bigEndian) : implicitHeader(value.length)
  const element = Buffer.concat([header, value])
  return deflated ? evenLength(deflateRawSync(element)) : element
}

function implicitHeader(length: number): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt16LE(0x0008, 0)
  header.writeUInt16LE(0x0058, 2)
  header.writeUInt32LE(length, 4)
  return header
}

function explicitHeader(length: number, bigEndian: boolean): Buffer {
  const short = length <= longestShortValue
  const header = Buffer.alloc(short ? 8 : 12)
  const view = new DataView(header.buffer, header.byteOffset, header.length)
  view.setUint16(0, 0x0008, !bigEndian)
  view.setUint16(2, 0x0058, !bigEndian)
  header.write(short ? 'UI' : 'UN', 4, 'latin1')
  if (short) view.setUint16(6, length, !bigEndian)
  else view.setUint32(8, length, !bigEndian)
  return header
}

/** PS3.5 A.5: a deflated data set of odd length is padded with a NUL. */
function evenLength(bytes: Buffer): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)])
}
