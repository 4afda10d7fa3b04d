import { UsageError } from '../usage-error.ts'
import type { ByteReader } from './byte-reader.ts'
import { requireUnsigned, setParts } from './byte-writer.ts'
import { itemName } from './item-name.ts'

/**
 * An item or sub-item, all of one form (PS3.8 9.3.2, PS3.7 D.3.3):
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | item-type |
 * | 1 | 1 | reserved; in 57H the sub-item-version |
 * | 2 | 2 | item-length, of what follows |
 * | 4 | item-length | content |
 */
export interface Item {
  readonly itemType: number
  /** Where the item begins in the stream. */
  readonly byteOffset: number
  readonly content: ByteReader
}

/** The items that fill the rest of `reader`, one after the other. */
export function* readItems(reader: ByteReader): Generator<Item, void> {
  while (reader.remaining > 0) {
    reader.countItem()
    const byteOffset = reader.byteOffset
    const itemType = reader.uint8('item-type')
    reader.uint8('reserved byte of an item')
    const itemLength = reader.uint16('item-length')
    yield { itemType, byteOffset, content: reader.nested(itemLength, itemType) }
  }
}

/** @throws UsageError `DCM_ITEM_TOO_LONG` rather than wrap the 16-bit length. */
export function encodeItem(itemType: number, content: readonly Uint8Array[]): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 0)
  if (length > 0xffff) {
    throw new UsageError(
      `a ${itemName(itemType)} item of ${String(length)} bytes does not fit; allowed are 65535 bytes`,
      'DCM_ITEM_TOO_LONG',
    )
  }
  const item = new Uint8Array(itemHeaderBytes + length)
  item[0] = requireUnsigned(itemType, 0xff, 'item-type')
  item[2] = length >>> 8
  item[3] = length
  setParts(item, itemHeaderBytes, content)
  return item
}

/** item-type, reserved and item-length. */
const itemHeaderBytes = 4
