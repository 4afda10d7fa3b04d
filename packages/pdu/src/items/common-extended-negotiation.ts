import type { ReceivedUid } from '../uid.ts'
import type { ByteReader } from '../wire/byte-reader.ts'
import { joinBytes, withLength } from '../wire/byte-writer.ts'
import { encodeItem } from '../wire/item.ts'
import { encodeUid, readUid } from '../wire/text.ts'

/**
 * SOP class common extended negotiation sub-item (PS3.7 D.3.3.6).
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | item-type 57H |
 * | 1 | 1 | sub-item-version, 0; a later one may only add fields behind those below |
 * | 2 | 2 | item-length |
 * | 4 | 2 | SOP-class-uid-length n |
 * | 6 | n | SOP-class-uid |
 * | 6 + n | 2 | service-class-uid-length m |
 * | 8 + n | m | service-class-uid |
 * | 8 + n + m | 2 | related-general-sop-class-identification-length k |
 * | 10 + n + m | k | per related general SOP class: 2 bytes of length, the UID |
 * | 10 + n + m + k | … | fields of later versions, ignored |
 */
export interface CommonExtendedNegotiation {
  readonly sopClassUid: ReceivedUid
  readonly serviceClassUid: ReceivedUid
  readonly relatedGeneralSopClassUids: readonly ReceivedUid[]
}

export const commonExtendedNegotiationItemType = 0x57

export function decodeCommonExtendedNegotiation(content: ByteReader): CommonExtendedNegotiation {
  const sopClassUid = readUid(content, content.uint16('SOP-class-uid-length'), 'SOP-class-uid')
  const serviceClassUid = readUid(content, content.uint16('service-class-uid-length'), 'service-class-uid')
  const relatedLength = content.uint16('related-general-sop-class-identification-length')
  const related = content.nested(relatedLength, 'related-general-sop-class-identification')
  const relatedGeneralSopClassUids: ReceivedUid[] = []
  while (related.remaining > 0) {
    const uidLength = related.uint16('related-general-sop-class-uid-length')
    relatedGeneralSopClassUids.push(readUid(related, uidLength, 'related-general-sop-class-uid'))
  }
  return { sopClassUid, serviceClassUid, relatedGeneralSopClassUids }
}

export function encodeCommonExtendedNegotiation(negotiation: CommonExtendedNegotiation): Uint8Array {
  const related = negotiation.relatedGeneralSopClassUids.map((uid) =>
    uidWithLength(uid, 'relatedGeneralSopClassUid'),
  )
  return encodeItem(commonExtendedNegotiationItemType, [
    uidWithLength(negotiation.sopClassUid, 'sopClassUid'),
    uidWithLength(negotiation.serviceClassUid, 'serviceClassUid'),
    withLength(joinBytes(related), 'relatedGeneralSopClassUids'),
  ])
}

function uidWithLength(uid: ReceivedUid, field: string): Uint8Array {
  return withLength(encodeUid(uid, field), field)
}
