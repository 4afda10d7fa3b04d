import { type ElementEncoding, longHeaderBytes, shortHeaderBytes, undefinedLength } from '../encoding.ts'
import { shortForm } from '../value-representation.ts'

/** A header of an element, with a length of undefined for one that a delimiter ends. */
export function elementHeader(
  encoding: ElementEncoding,
  tag: number,
  vr: string,
  length: number | undefined,
): Buffer {
  if (!encoding.explicitVr) return itemHeader(encoding, tag, length)
  const isShort = shortForm.has(vr.charCodeAt(0) * 0x100 + vr.charCodeAt(1))
  // PS3.5 6.2.2: a value too long for the short form is written as UN.
  if (isShort && length !== undefined && length > 0xffff) return elementHeader(encoding, tag, 'UN', length)
  const header = Buffer.alloc(isShort ? shortHeaderBytes : longHeaderBytes)
  writeTag(header, tag, encoding)
  header.write(vr, 4, 'latin1')
  if (isShort) {
    if (encoding.bigEndian) header.writeUInt16BE(length ?? 0, 6)
    else header.writeUInt16LE(length ?? 0, 6)
  } else {
    writeLength(header, 8, length, encoding)
  }
  return header
}

/** PS3.5 7.5: items and delimiters have no VR, whatever the transfer syntax. */
export function itemHeader(encoding: ElementEncoding, tag: number, length: number | undefined): Buffer {
  const header = Buffer.alloc(shortHeaderBytes)
  writeTag(header, tag, encoding)
  writeLength(header, 4, length, encoding)
  return header
}

function writeTag(header: Buffer, tag: number, { bigEndian }: ElementEncoding): void {
  const [group, element] = [tag >>> 16, tag & 0xffff]
  if (bigEndian) header.writeUInt16BE(element, header.writeUInt16BE(group, 0))
  else header.writeUInt16LE(element, header.writeUInt16LE(group, 0))
}

function writeLength(
  header: Buffer,
  at: number,
  length = undefinedLength,
  { bigEndian }: ElementEncoding,
): void {
  if (bigEndian) header.writeUInt32BE(length, at)
  else header.writeUInt32LE(length, at)
}
