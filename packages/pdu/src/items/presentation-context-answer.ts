import { ImplicitVRLittleEndian } from '../registry/well-known-uids.ts'
import { isUid, type MalformedUid, type ReceivedUid, type Uid } from '../uid.ts'
import type { ByteReader } from '../wire/byte-reader.ts'
import { requireUnsigned, uint8 } from '../wire/byte-writer.ts'
import { encodeItem, readItems } from '../wire/item.ts'
import { readUid } from '../wire/text.ts'
import { readPresentationContextId, requirePresentationContextId } from './presentation-context-id.ts'
import { decodeUidItem, encodeUidItem, uidItemTypes } from './uid-item.ts'

/**
 * Presentation context item of an A-ASSOCIATE-AC (PS3.8 9.3.3.2, Table 9-18).
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | item-type 21H |
 * | 1 | 1 | reserved |
 * | 2 | 2 | item-length |
 * | 4 | 1 | presentation-context-ID |
 * | 5 | 1 | reserved |
 * | 6 | 1 | result/reason |
 * | 7 | 1 | reserved |
 * | 8 | … | one transfer syntax sub-item (40H) |
 */
export interface PresentationContextAnswer {
  /** Odd, 1–255, unique in the answer. */
  readonly presentationContextId: number
  readonly result: PresentationContextResult
  /** Significant only with result 0; else what the peer put there, or Implicit VR Little Endian for want of a UID. */
  readonly transferSyntax: ReceivedUid
}

/** PS3.8 9.3.3.2: 0 acceptance, 1 user rejection, 2 no reason, 3 abstract syntax, 4 transfer syntaxes not supported. */
export type PresentationContextResult = 0 | 1 | 2 | 3 | 4

export const presentationContextAnswerItemType = 0x21

export function decodePresentationContextAnswer(
  content: ByteReader,
  seenIds: Set<number>,
): PresentationContextAnswer {
  const presentationContextId = readPresentationContextId(content, seenIds)
  content.uint8('reserved byte')
  const result = readResult(content)
  content.uint8('reserved byte')
  if (result !== 0) return { presentationContextId, result, transferSyntax: insignificantUid(content) }
  let transferSyntax: ReceivedUid | undefined
  for (const item of readItems(content)) {
    if (item.itemType === uidItemTypes.transferSyntax) transferSyntax ??= decodeUidItem(item.content)
  }
  return { presentationContextId, result, transferSyntax: transferSyntax ?? ('' as MalformedUid) }
}

export function encodePresentationContextAnswer(context: PresentationContextAnswer): Uint8Array {
  const significant = context.result === 0 || isUid(context.transferSyntax)
  return encodeItem(presentationContextAnswerItemType, [
    uint8(requirePresentationContextId(context.presentationContextId), 'presentation-context-ID'),
    Uint8Array.of(0),
    // PS3.8 Table 9-18: one of 0 to 4 shall be used.
    Uint8Array.of(requireUnsigned(context.result, 4, 'result')),
    Uint8Array.of(0),
    encodeUidItem('transferSyntax', significant ? context.transferSyntax : ImplicitVRLittleEndian),
  ])
}

function readResult(content: ByteReader): PresentationContextResult {
  const byteOffset = content.byteOffset
  const result = content.uint8('result/reason')
  if (result === 0 || result === 1 || result === 2 || result === 3 || result === 4) return result
  throw content.error(`presentation context result ${String(result)} is not defined; allowed are 0 to 4`, {
    code: 'DCM_PDU_CONTEXT_RESULT',
    byteOffset,
  })
}

/** After a refusal the field is not significant and not tested (PS3.8 Table 9-18): nothing that stands there is an error. */
function insignificantUid(content: ByteReader): Uid {
  if (content.remaining < 4) return ImplicitVRLittleEndian
  content.uint16('item-type')
  const length = Math.min(content.uint16('item-length'), content.remaining)
  const uid = readUid(content, length, 'UID')
  return isUid(uid) ? uid : ImplicitVRLittleEndian
}
