import type { ReceivedUid } from '../uid.ts'
import type { ByteReader } from '../wire/byte-reader.ts'
import { withLength } from '../wire/byte-writer.ts'
import { encodeItem } from '../wire/item.ts'
import { encodeUid, readUid } from '../wire/text.ts'

/**
 * SOP class extended negotiation sub-item (PS3.7 D.3.3.5).
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | item-type 56H |
 * | 1 | 1 | reserved |
 * | 2 | 2 | item-length |
 * | 4 | 2 | SOP-class-uid-length n |
 * | 6 | n | SOP-class-uid |
 * | 6 + n | … | service-class-application-information, defined by the SOP class's service |
 */
export interface ExtendedNegotiation {
  readonly sopClassUid: ReceivedUid
  readonly serviceClassApplicationInformation: Uint8Array
}

export const extendedNegotiationItemType = 0x56

export function decodeExtendedNegotiation(content: ByteReader): ExtendedNegotiation {
  return {
    sopClassUid: readUid(content, content.uint16('SOP-class-uid-length'), 'SOP-class-uid'),
    serviceClassApplicationInformation: content.copy(
      content.remaining,
      'service-class-application-information',
    ),
  }
}

export function encodeExtendedNegotiation(negotiation: ExtendedNegotiation): Uint8Array {
  return encodeItem(extendedNegotiationItemType, [
    withLength(encodeUid(negotiation.sopClassUid, 'sopClassUid'), 'sopClassUid'),
    negotiation.serviceClassApplicationInformation,
  ])
}
