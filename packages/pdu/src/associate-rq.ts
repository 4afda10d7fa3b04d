import { type AeTitle, isAeTitle } from './ae-title.ts'
import { type AssociatePdu, decodeAssociatePdu, encodeAssociatePdu } from './associate-pdu.ts'
import { requireDistinctContexts } from './items/presentation-context-id.ts'
import { presentationContextAnswerItemType } from './items/presentation-context-answer.ts'
import {
  decodeProposedPresentationContext,
  encodeProposedPresentationContext,
  type ProposedPresentationContext,
  proposedPresentationContextItemType,
} from './items/proposed-presentation-context.ts'
import { UsageError } from './usage-error.ts'
import type { ByteReader } from './wire/byte-reader.ts'
import { encodeFrame } from './wire/encode-frame.ts'

/** A-ASSOCIATE-RQ (PS3.8 9.3.2, Table 9-11); the fields are laid out as {@link AssociatePdu} shows. */
export interface AssociateRq extends AssociatePdu {
  readonly type: 'A-ASSOCIATE-RQ'
  readonly presentationContexts: readonly ProposedPresentationContext[]
}

const contextItems = {
  itemType: proposedPresentationContextItemType,
  foreignItemType: presentationContextAnswerItemType,
  decode: decodeProposedPresentationContext,
  echoed: true,
}

export function decodeAssociateRq(body: ByteReader): AssociateRq {
  return { type: 'A-ASSOCIATE-RQ', ...decodeAssociatePdu(body, contextItems) }
}

export function encodeAssociateRq(pdu: AssociateRq): Uint8Array {
  requireAeTitle(pdu.calledAeTitle, 'calledAeTitle')
  requireAeTitle(pdu.callingAeTitle, 'callingAeTitle')
  requireDistinctContexts(pdu.presentationContexts)
  const contexts = pdu.presentationContexts.map(encodeProposedPresentationContext)
  return encodeFrame('A-ASSOCIATE-RQ', encodeAssociatePdu(pdu, contexts))
}

function requireAeTitle(title: string, field: string): asserts title is AeTitle {
  if (isAeTitle(title)) return
  throw new UsageError(
    `the ${field} is not an AE title; parseAeTitle() says what is allowed`,
    'DCM_AE_TITLE_INVALID',
  )
}
