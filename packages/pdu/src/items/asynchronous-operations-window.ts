import type { ByteReader } from '../wire/byte-reader.ts'
import { uint16 } from '../wire/byte-writer.ts'
import { encodeItem } from '../wire/item.ts'

/**
 * Asynchronous operations window sub-item (PS3.7 D.3.3.3).
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | item-type 53H |
 * | 1 | 1 | reserved |
 * | 2 | 2 | item-length 0004H |
 * | 4 | 2 | maximum-number-operations-invoked, 0 = unlimited |
 * | 6 | 2 | maximum-number-operations-performed, 0 = unlimited |
 */
export interface AsynchronousOperationsWindow {
  readonly maximumNumberOperationsInvoked: number
  readonly maximumNumberOperationsPerformed: number
}

export const asynchronousOperationsWindowItemType = 0x53

export function decodeAsynchronousOperationsWindow(content: ByteReader): AsynchronousOperationsWindow {
  content.requireLength(4)
  return {
    maximumNumberOperationsInvoked: content.uint16('maximum-number-operations-invoked'),
    maximumNumberOperationsPerformed: content.uint16('maximum-number-operations-performed'),
  }
}

export function encodeAsynchronousOperationsWindow(window: AsynchronousOperationsWindow): Uint8Array {
  return encodeItem(asynchronousOperationsWindowItemType, [
    uint16(window.maximumNumberOperationsInvoked, 'maximumNumberOperationsInvoked'),
    uint16(window.maximumNumberOperationsPerformed, 'maximumNumberOperationsPerformed'),
  ])
}
