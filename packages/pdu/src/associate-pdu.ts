import { maximumAeTitleLength } from './ae-title.ts'
import { decodeUidItem, encodeUidItem, uidItemTypes } from './items/uid-item.ts'
import { decodeUnknownItem, encodeUnknownItem, type UnknownItem } from './items/unknown-item.ts'
import {
  decodeUserInformation,
  encodeUserInformation,
  type UserInformation,
  userInformationItemType,
} from './items/user-information.ts'
import type { ReceivedUid } from './uid.ts'
import type { ByteReader } from './wire/byte-reader.ts'
import { joinBytes, uint16 } from './wire/byte-writer.ts'
import { type Item, readItems } from './wire/item.ts'
import { itemName } from './wire/item-name.ts'
import { encodeLatin1 } from './wire/text.ts'

/**
 * What an A-ASSOCIATE-RQ and an A-ASSOCIATE-AC share (PS3.8 Tables 9-11 and 9-17).
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | PDU-type 01H or 02H |
 * | 1 | 1 | reserved |
 * | 2 | 4 | PDU-length |
 * | 6 | 2 | protocol-version |
 * | 8 | 2 | reserved |
 * | 10 | 16 | called-AE-title; in an AC reserved, the request's again |
 * | 26 | 16 | calling-AE-title; in an AC reserved, the request's again |
 * | 42 | 32 | reserved |
 * | 74 | … | items: application context (10H), presentation contexts (20H or 21H), user information (50H) |
 */
export interface AssociatePdu {
  /** Bit field; only bit 0 is tested (PS3.8 9.3.2). Ours is 0x0001. */
  readonly protocolVersion: number
  /** Without the padding spaces; as received it may be empty or hold what an AeTitle may not. */
  readonly calledAeTitle: string
  readonly callingAeTitle: string
  readonly applicationContextName: ReceivedUid
  readonly userInformation: UserInformation
  readonly unknownItems?: readonly UnknownItem[]
  /**
   * PS3.8 Table 9-17: an answer returns bytes 11 to 74 of its request as they were. Where the titles alone do not make them, as with
   * another padding or reserved bytes that are not zero, a received request has the 64 bytes here, for the answer to it to take over.
   * In a request to send and in a received answer they have no meaning.
   */
  readonly echoedFields?: Uint8Array
}

/** Least PDU length of an A-ASSOCIATE-RQ or AC: the fixed fields (PS3.8 Tables 9-11 and 9-17), in bytes. */
export const associateFixedLengthBytes = 68

/** How one of the two PDUs treats the presentation context items, the only ones that differ. */
export interface ContextItems<Context> {
  readonly itemType: number
  /** The item type of the other PDU. */
  readonly foreignItemType: number
  decode(content: ByteReader, seenIds: Set<number>): Context
  /** Whether an answer to the PDU returns its {@link AssociatePdu.echoedFields}. */
  readonly echoed: boolean
}

export function decodeAssociatePdu<Context>(
  body: ByteReader,
  contextItems: ContextItems<Context>,
): AssociatePdu & { readonly presentationContexts: readonly Context[] } {
  const { echoedFields, ...fixed } = decodeFixedFields(body)
  const itemsOffset = body.byteOffset
  const seenIds = new Set<number>()
  const presentationContexts: Context[] = []
  const unknownItems: UnknownItem[] = []
  let applicationContextName: ReceivedUid | undefined
  let userInformation: UserInformation | undefined
  for (const item of readItems(body)) {
    switch (item.itemType) {
      case uidItemTypes.applicationContextName:
        if (applicationContextName !== undefined) throw repeated(body, item)
        applicationContextName = decodeUidItem(item.content)
        break
      case contextItems.itemType:
        presentationContexts.push(contextItems.decode(item.content, seenIds))
        break
      case contextItems.foreignItemType:
        throw body.error(
          `a ${itemName(item.itemType)} item does not belong here; allowed is ${itemName(contextItems.itemType)}`,
          {
            code: 'DCM_PDU_ITEM_UNEXPECTED',
            byteOffset: item.byteOffset,
            abortReason: 5,
          },
        )
      case userInformationItemType:
        if (userInformation !== undefined) throw repeated(body, item)
        userInformation = decodeUserInformation(item.content)
        break
      default:
        unknownItems.push(decodeUnknownItem(item))
    }
  }
  if (applicationContextName === undefined) throw missing(body, 'application context (10H)', itemsOffset)
  if (presentationContexts.length === 0) {
    throw missing(body, `presentation context (${itemName(contextItems.itemType)})`, itemsOffset)
  }
  if (userInformation === undefined) throw missing(body, 'user information (50H)', itemsOffset)
  return {
    ...fixed,
    applicationContextName,
    presentationContexts,
    userInformation,
    ...(unknownItems.length > 0 && { unknownItems }),
    ...(contextItems.echoed && !sameBytes(echoedFields, encodeTitles(fixed)) && { echoedFields }),
  }
}

/** Everything behind the PDU header: items in an increasing order of their types (PS3.8 9.3.1). `titles` are bytes 11 to 74. */
export function encodeAssociatePdu(
  pdu: AssociatePdu,
  contexts: readonly Uint8Array[],
  titles = encodeTitles(pdu),
): Uint8Array[] {
  return [
    uint16(pdu.protocolVersion, 'protocolVersion'),
    new Uint8Array(2),
    titles,
    encodeUidItem('applicationContextName', pdu.applicationContextName),
    ...contexts,
    encodeUserInformation(pdu.userInformation),
    ...(pdu.unknownItems ?? []).map(encodeUnknownItem),
  ]
}

function decodeFixedFields(body: ByteReader) {
  const protocolVersion = body.uint16('protocol-version')
  body.uint16('reserved bytes')
  const echoedFields = body.fork().copy(echoedFieldsBytes, 'AE titles and reserved bytes')
  const calledAeTitle = readAeTitle(body, 'called-AE-title')
  const callingAeTitle = readAeTitle(body, 'calling-AE-title')
  body.skip(reservedBytes, 'reserved bytes')
  return { protocolVersion, calledAeTitle, callingAeTitle, echoedFields }
}

const reservedBytes = 32
/** Bytes 11 to 74 of either PDU: two AE titles and what is reserved behind them. */
export const echoedFieldsBytes = 2 * maximumAeTitleLength + reservedBytes

function encodeTitles({
  calledAeTitle,
  callingAeTitle,
}: Pick<AssociatePdu, 'calledAeTitle' | 'callingAeTitle'>) {
  return joinBytes([
    encodeLatin1(calledAeTitle.padEnd(maximumAeTitleLength)),
    encodeLatin1(callingAeTitle.padEnd(maximumAeTitleLength)),
    new Uint8Array(reservedBytes),
  ])
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}

/** PS3.8 Table 9-11: spaces at either end are not significant; what is left is the association's to judge. */
function readAeTitle(body: ByteReader, field: string): string {
  return body.text(maximumAeTitleLength, field).replace(/^ +/, '')
}

function missing(body: ByteReader, item: string, byteOffset: number) {
  return body.error(`the ${item} item is missing`, { code: 'DCM_PDU_ITEM_MISSING', byteOffset })
}

function repeated(body: ByteReader, item: Item) {
  return body.error(`a second ${itemName(item.itemType)} item; allowed is one`, {
    code: 'DCM_PDU_ITEM_REPEATED',
    byteOffset: item.byteOffset,
  })
}
