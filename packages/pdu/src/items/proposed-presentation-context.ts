import type { ReceivedUid } from '../uid.ts'
import { UsageError } from '../usage-error.ts'
import type { ByteReader } from '../wire/byte-reader.ts'
import { uint8 } from '../wire/byte-writer.ts'
import { encodeItem, readItems } from '../wire/item.ts'
import { readPresentationContextId, requirePresentationContextId } from './presentation-context-id.ts'
import { decodeUidItem, encodeUidItem, uidItemTypes } from './uid-item.ts'

/**
 * Presentation context item of an A-ASSOCIATE-RQ (PS3.8 9.3.2.2, Table 9-13).
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | item-type 20H |
 * | 1 | 1 | reserved |
 * | 2 | 2 | item-length |
 * | 4 | 1 | presentation-context-ID |
 * | 5 | 3 | reserved |
 * | 8 | … | one abstract syntax sub-item (30H), one or more transfer syntax sub-items (40H) |
 */
export interface ProposedPresentationContext {
  /** Odd, 1–255, unique in the request. */
  readonly presentationContextId: number
  readonly abstractSyntax: ReceivedUid
  /** In the requestor's order of preference. As received it may be empty. */
  readonly transferSyntaxes: readonly ReceivedUid[]
}

export const proposedPresentationContextItemType = 0x20

export function decodeProposedPresentationContext(
  content: ByteReader,
  seenIds: Set<number>,
): ProposedPresentationContext {
  const byteOffset = content.byteOffset
  const presentationContextId = readPresentationContextId(content, seenIds)
  content.skip(3, 'reserved bytes')
  const abstractSyntaxes: ReceivedUid[] = []
  const transferSyntaxes: ReceivedUid[] = []
  for (const item of readItems(content)) {
    if (item.itemType === uidItemTypes.abstractSyntax) abstractSyntaxes.push(decodeUidItem(item.content))
    if (item.itemType === uidItemTypes.transferSyntax) transferSyntaxes.push(decodeUidItem(item.content))
  }
  const [abstractSyntax, ...more] = abstractSyntaxes
  // PS3.8 9.3.2.2: one abstract syntax. No transfer syntax is the negotiation's business: it refuses the one context.
  if (abstractSyntax === undefined || more.length > 0) {
    throw content.error(
      `presentation context ${String(presentationContextId)} has ${String(abstractSyntaxes.length)} abstract syntaxes; allowed is one`,
      { code: abstractSyntax === undefined ? 'DCM_PDU_ITEM_MISSING' : 'DCM_PDU_ITEM_REPEATED', byteOffset },
    )
  }
  return { presentationContextId, abstractSyntax, transferSyntaxes }
}

export function encodeProposedPresentationContext(context: ProposedPresentationContext): Uint8Array {
  const id = requirePresentationContextId(context.presentationContextId)
  if (context.transferSyntaxes.length === 0) {
    throw new UsageError(
      `presentation context ${String(id)} has no transfer syntax; one is needed at least`,
      'DCM_TRANSFER_SYNTAX_MISSING',
    )
  }
  return encodeItem(proposedPresentationContextItemType, [
    uint8(id, 'presentation-context-ID'),
    new Uint8Array(3),
    encodeUidItem('abstractSyntax', context.abstractSyntax),
    ...context.transferSyntaxes.map((uid) => encodeUidItem('transferSyntax', uid)),
  ])
}
