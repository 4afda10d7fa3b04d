import { encodeItem, type Item } from '../wire/item.ts'

/** An item or sub-item of a type not known here: kept, ignored, never an error (PS3.8 9.3.1, PS3.7 D.3.3). */
export interface UnknownItem {
  readonly itemType: number
  /** The content behind the item-length. */
  readonly data: Uint8Array
}

export function decodeUnknownItem({ itemType, content }: Item): UnknownItem {
  return { itemType, data: content.copy(content.remaining, 'unknown item') }
}

export function encodeUnknownItem({ itemType, data }: UnknownItem): Uint8Array {
  return encodeItem(itemType, [data])
}
