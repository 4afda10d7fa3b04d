import { maximumAeTitleLength } from './ae-title.ts'
import {
  type AssociatePdu,
  decodeAssociatePdu,
  echoedFieldsBytes,
  encodeAssociatePdu,
} from './associate-pdu.ts'
import { requireDistinctContexts } from './items/presentation-context-id.ts'
import {
  decodePresentationContextAnswer,
  encodePresentationContextAnswer,
  type PresentationContextAnswer,
  presentationContextAnswerItemType,
} from './items/presentation-context-answer.ts'
import { proposedPresentationContextItemType } from './items/proposed-presentation-context.ts'
import { UsageError } from './usage-error.ts'
import type { ByteReader } from './wire/byte-reader.ts'
import { encodeFrame } from './wire/encode-frame.ts'

/** A-ASSOCIATE-AC (PS3.8 9.3.3, Table 9-17); the fields are laid out as {@link AssociatePdu} shows. */
export interface AssociateAc extends AssociatePdu {
  readonly type: 'A-ASSOCIATE-AC'
  readonly presentationContexts: readonly PresentationContextAnswer[]
}

const contextItems = {
  itemType: presentationContextAnswerItemType,
  foreignItemType: proposedPresentationContextItemType,
  decode: decodePresentationContextAnswer,
  echoed: false,
}

export function decodeAssociateAc(body: ByteReader): AssociateAc {
  return { type: 'A-ASSOCIATE-AC', ...decodeAssociatePdu(body, contextItems) }
}

export function encodeAssociateAc(pdu: AssociateAc): Uint8Array {
  requireEcho(pdu.calledAeTitle, 'calledAeTitle')
  requireEcho(pdu.callingAeTitle, 'callingAeTitle')
  requireDistinctContexts(pdu.presentationContexts)
  const contexts = pdu.presentationContexts.map(encodePresentationContextAnswer)
  return encodeFrame('A-ASSOCIATE-AC', encodeAssociatePdu(pdu, contexts, echoedFields(pdu)))
}

function echoedFields({ echoedFields }: AssociateAc): Uint8Array | undefined {
  if (echoedFields === undefined || echoedFields.length === echoedFieldsBytes) return echoedFields
  throw new UsageError(
    `echoedFields of ${String(echoedFields.length)} bytes do not fit; allowed are ${String(echoedFieldsBytes)} bytes`,
    'DCM_FIELD_RANGE',
  )
}

/** The answer repeats the request's titles whatever they were (PS3.8 Table 9-17), so they need only fit the field. */
function requireEcho(title: string, field: string): void {
  if (title.length <= maximumAeTitleLength && /^[^\u0100-\uffff]*$/.test(title)) return
  throw new UsageError(
    `the ${field} does not fit; allowed are 16 characters of one byte each`,
    'DCM_AE_TITLE_INVALID',
  )
}
