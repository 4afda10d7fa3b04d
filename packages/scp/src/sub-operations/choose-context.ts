import type { AcceptedPresentationContext } from '@dcm/association'
import { reEncodings } from '@dcm/dataset'
import type { RetrievableInstance } from './retrievable-instance.ts'

/** Where an instance goes, and the transfer syntax to open it in: written anew where the context has another one. */
export interface ChosenContext {
  readonly context: AcceptedPresentationContext
  readonly openIn: string
}

/**
 * The context to send an instance on: one of its SOP class, in the transfer syntax in which it is kept, or else the best that
 * it can be given in, or be written in; undefined when there is none.
 */
export function chooseContext(
  { sopClassUid, transferSyntaxUid, otherTransferSyntaxUids = [] }: RetrievableInstance,
  contexts: readonly AcceptedPresentationContext[],
): ChosenContext | undefined {
  const candidates = contexts.filter(({ abstractSyntax }) => abstractSyntax === sopClassUid)
  const given = [transferSyntaxUid, ...otherTransferSyntaxUids].map((each) => [each, each] as const)
  // PS3.5 10.1: who has it uncompressed has it in Implicit VR Little Endian, too.
  const written = reEncodings(transferSyntaxUid).map((each) => [each, transferSyntaxUid] as const)
  for (const [wanted, openIn] of [...given, ...written]) {
    const context = candidates.find(({ transferSyntax }) => transferSyntax === wanted)
    if (context) return { context, openIn }
  }
  return undefined
}
