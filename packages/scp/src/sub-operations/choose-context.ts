import type { AcceptedPresentationContext } from '@dcm/association'
import type { RetrievableInstance } from './retrievable-instance.ts'

/**
 * The context to send an instance on: one of its SOP class, in the transfer syntax in which it is kept, or else the best that
 * it can be given in; undefined when there is none.
 */
export function chooseContext(
  { sopClassUid, transferSyntaxUid, otherTransferSyntaxUids = [] }: RetrievableInstance,
  contexts: readonly AcceptedPresentationContext[],
): AcceptedPresentationContext | undefined {
  const candidates = contexts.filter(({ abstractSyntax }) => abstractSyntax === sopClassUid)
  for (const wanted of [transferSyntaxUid, ...otherTransferSyntaxUids]) {
    const context = candidates.find(({ transferSyntax }) => transferSyntax === wanted)
    if (context) return context
  }
  return undefined
}
