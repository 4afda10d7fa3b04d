import { UsageError } from '@dcm/pdu'
import { type FileMeta, fileMetaElements, metaOffset, preambleBytes, prefix } from './file-meta.ts'

/** A 16-bit length, and even (PS3.5 7.1.2). */
const maximumValueBytes = 0xfffe
const elementHeaderBytes = 8
const groupLengthElementBytes = 12
/** (0002,0001) File Meta Information Version 00H 01H, an OB element of 2 bytes. */
const versionElement = [0x02, 0x00, 0x01, 0x00, 0x4f, 0x42, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01]

/**
 * What stands before the data set in a Part 10 file: the preamble of zeros, `DICM` and group 0002 in explicit little endian,
 * its group length right (PS3.10 7.1). Values are padded to even length, and empty optional ones left out. UIDs and titles
 * are written as they are, malformed ones too: a file says what its sender said.
 *
 * @throws UsageError `DCM_FILE_META_INVALID` for a value that does not fit an element or has characters of more than one byte.
 */
export function encodeFileMeta(meta: FileMeta): Uint8Array {
  const values = fileMetaElements.flatMap(({ field, tag, vr }) => {
    const text = meta[field]
    if (!text) return []
    checkValue(field, text)
    return [{ tag, vr, text, length: text.length + (text.length % 2) }]
  })
  const groupLength = values.reduce(
    (sum, { length }) => sum + elementHeaderBytes + length,
    versionElement.length,
  )
  // Zeros: the preamble, and the padding of UIDs.
  const bytes = Buffer.allocUnsafe(metaOffset + groupLengthElementBytes + groupLength).fill(0)
  prefix.copy(bytes, preambleBytes)
  let offset = writeHeader(bytes, metaOffset, { tag: 0x00020000, vr: 'UL', length: 4 })
  offset = bytes.writeUInt32LE(groupLength, offset)
  bytes.set(versionElement, offset)
  offset += versionElement.length
  for (const element of values) {
    offset = writeHeader(bytes, offset, element)
    bytes.write(element.text, offset, 'latin1')
    // PS3.5 6.2: text is padded with a space, UI with NUL.
    if (element.vr !== 'UI' && element.length > element.text.length)
      bytes[offset + element.text.length] = 0x20
    offset += element.length
  }
  return bytes
}

function writeHeader(
  bytes: Buffer,
  offset: number,
  { tag, vr, length }: { readonly tag: number; readonly vr: string; readonly length: number },
): number {
  bytes.writeUInt16LE(tag >>> 16, offset)
  bytes.writeUInt16LE(tag & 0xffff, offset + 2)
  bytes.write(vr, offset + 4, 'latin1')
  return bytes.writeUInt16LE(length, offset + 6)
}

function checkValue(field: string, text: string): void {
  if (text.length > maximumValueBytes) {
    throw new UsageError(
      `the ${field} of ${String(text.length)} characters exceeds the limit of ${String(maximumValueBytes)}`,
      'DCM_FILE_META_INVALID',
    )
  }
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) <= 0xff) continue
    throw new UsageError(
      `the ${field} has a character U+${text.charCodeAt(index).toString(16).toUpperCase().padStart(4, '0')}; ` +
        'allowed are characters of one byte, up to U+00FF',
      'DCM_FILE_META_INVALID',
    )
  }
}
