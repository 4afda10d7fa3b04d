import type { ByteReader } from '../wire/byte-reader.ts'
import { uint32 } from '../wire/byte-writer.ts'
import { encodeItem } from '../wire/item.ts'

/**
 * Maximum length sub-item (PS3.8 Annex D.1): the longest P-DATA-TF length its sender is willing to receive, 0 for any.
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | item-type 51H |
 * | 1 | 1 | reserved |
 * | 2 | 2 | item-length 0004H |
 * | 4 | 4 | maximum-length-received, in bytes |
 */
export const maximumLengthItemType = 0x51

export function decodeMaximumLength(content: ByteReader): number {
  content.requireLength(4)
  return content.uint32('maximum-length-received')
}

export function encodeMaximumLength(maximumLength: number): Uint8Array {
  return encodeItem(maximumLengthItemType, [uint32(maximumLength, 'maximumLength')])
}
