import type { ReceivedUid } from '../uid.ts'
import type { ByteReader } from '../wire/byte-reader.ts'
import { encodeItem } from '../wire/item.ts'
import { encodeUid, readUid } from '../wire/text.ts'

/**
 * The items whose whole content is one UID: application context name (10H, PS3.8 9.3.2.1), abstract syntax (30H, 9.3.2.2.1),
 * transfer syntax (40H, 9.3.2.2.2), implementation class UID (52H, PS3.7 D.3.3.2.1).
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | item-type |
 * | 1 | 1 | reserved |
 * | 2 | 2 | item-length |
 * | 4 | 1–64 | UID, not padded; trailing NULs and spaces are dropped on receipt |
 */
export const uidItemTypes = {
  applicationContextName: 0x10,
  abstractSyntax: 0x30,
  transferSyntax: 0x40,
  implementationClassUid: 0x52,
} as const

export function decodeUidItem(content: ByteReader): ReceivedUid {
  return readUid(content, content.remaining, 'UID')
}

export function encodeUidItem(field: keyof typeof uidItemTypes, uid: ReceivedUid): Uint8Array {
  return encodeItem(uidItemTypes[field], [encodeUid(uid, field)])
}
