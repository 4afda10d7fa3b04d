import type { AcceptedPresentationContext, Association } from '@dcm/association'
import { contextWith } from '../contexts/choose-context.ts'
import { ContextNotAcceptedError } from '../contexts/context-not-accepted-error.ts'
import type { EncodedDataSet } from './identifier.ts'

/** The keys of a query, the attributes of a request. */
export type Identifier = EncodedDataSet

/** The context that takes the data set, and its bytes there. @throws ContextNotAcceptedError */
export function encodeFor(
  association: Association,
  contexts: readonly [AcceptedPresentationContext, ...AcceptedPresentationContext[]],
  identifier: Identifier,
): { readonly context: AcceptedPresentationContext; readonly bytes: Uint8Array } {
  const { transferSyntaxUid, bytes } = identifier
  const context = contextWith(contexts, [transferSyntaxUid])
  if (context) return { context, bytes }
  throw new ContextNotAcceptedError(association, contexts[0].abstractSyntax, ` in ${transferSyntaxUid}`)
}
