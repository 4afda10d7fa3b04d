import { UsageError } from '@dcm/pdu'
import { type FileMeta, fileMetaElements, preambleBytes, prefix } from './file-meta.ts'

/** A 16-bit length, and even (PS3.5 7.1.2). */
const maximumValueBytes = 0xfffe
const notOneByte = /[^\0-\u00ff]/u

// All in characters of one byte, so that one string makes the file's beginning, and becomes bytes at once.
const beginning = `${'\0'.repeat(preambleBytes)}${prefix}${header(0x00020000, 'UL')}\x04\0`
/** (0002,0001) File Meta Information Version 00H 01H, an OB element of 2 bytes. */
const versionElement = `${header(0x00020001, 'OB')}\0\0\x02\0\0\0\0\x01`
const textElements = fileMetaElements.map(({ field, tag, vr, ...rest }) => ({
  field,
  required: 'required' in rest,
  header: header(tag, vr),
  // PS3.5 6.2: text is padded with a space, UI with NUL.
  padding: vr === 'UI' ? '\0' : ' ',
}))

/**
 * What stands before the data set in a Part 10 file: the preamble of zeros, `DICM` and group 0002 in explicit little endian,
 * its group length right (PS3.10 7.1). Values are padded to even length, and empty optional ones left out. UIDs and titles
 * are written as they are, malformed ones too: a file says what its sender said.
 *
 * @throws UsageError `DCM_FILE_META_INVALID` for a value that does not fit an element, is empty where it is required, or has
 * characters of more than one byte.
 */
export function encodeFileMeta(meta: FileMeta): Uint8Array {
  let group = versionElement
  for (const { field, header, padding, required } of textElements) {
    const text = meta[field]
    if (!text) {
      if (!required) continue
      // PS3.10 Table 7.1-1: type 1.
      throw new UsageError(`the ${field} is empty, and required`, 'DCM_FILE_META_INVALID')
    }
    checkValue(field, text)
    const value = text.length % 2 === 0 ? text : text + padding
    group += header + u16(value.length) + value
  }
  return Buffer.from(beginning + u16(group.length & 0xffff) + u16(group.length >>> 16) + group, 'latin1')
}

/** Tag and VR, before the length (PS3.5 7.1.2). */
function header(tag: number, vr: string): string {
  return u16(tag >>> 16) + u16(tag & 0xffff) + vr
}

/** Little endian. */
function u16(value: number): string {
  return String.fromCharCode(value & 0xff, value >>> 8)
}

function checkValue(field: string, text: string): void {
  // From JavaScript.
  if (typeof text !== 'string') {
    throw new UsageError(`the ${field} is of type ${typeof text}; allowed is text`, 'DCM_FILE_META_INVALID')
  }
  if (text.length > maximumValueBytes) {
    throw new UsageError(
      `the ${field} of ${String(text.length)} characters exceeds the limit of ${String(maximumValueBytes)}`,
      'DCM_FILE_META_INVALID',
    )
  }
  const codePoint = notOneByte.exec(text)?.[0].codePointAt(0)
  if (codePoint === undefined) return
  throw new UsageError(
    `the ${field} has a character U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}; ` +
      'allowed are characters of one byte, up to U+00FF',
    'DCM_FILE_META_INVALID',
  )
}
