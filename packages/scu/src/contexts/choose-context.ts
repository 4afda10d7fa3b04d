import { type AcceptedPresentationContext, type Association, UsageError } from '@dcm/association'
import { ContextNotAcceptedError } from './context-not-accepted-error.ts'

/**
 * The accepted contexts on which we may invoke operations of a SOP class, in the order proposed; notifications are the SCP's.
 *
 * @throws ContextNotAcceptedError when there is none
 */
export function contextsFor(
  association: Association,
  abstractSyntax: string,
  role: 'scu' | 'scp' = 'scu',
): readonly [AcceptedPresentationContext, ...AcceptedPresentationContext[]] {
  requireSopClass(abstractSyntax)
  const accepted = [...association.facts.contexts.values()].filter(
    (context) => context.abstractSyntax === abstractSyntax,
  )
  const [first, ...others] = accepted.filter(({ roles }) => roles.requestor[role])
  if (!first) {
    const wanted = accepted.length > 0 ? ` with us as the ${role.toUpperCase()}, which was not agreed` : ''
    throw new ContextNotAcceptedError(association, abstractSyntax, wanted)
  }
  return [first, ...others]
}

/** From JavaScript: an instance without its `sopClassUid`, a model that is none. */
function requireSopClass(abstractSyntax: unknown): void {
  if (typeof abstractSyntax === 'string') return
  throw new UsageError(
    `the UID of the SOP class is of type ${typeof abstractSyntax}; allowed is text`,
    'DCM_UID_INVALID',
  )
}

/** The context for a SOP class in one of these transfer syntaxes, the earlier the better; undefined when there is none. */
export function contextWith(
  contexts: readonly AcceptedPresentationContext[],
  transferSyntaxUids: readonly string[],
): AcceptedPresentationContext | undefined {
  for (const wanted of transferSyntaxUids) {
    const context = contexts.find(({ transferSyntax }) => transferSyntax === wanted)
    if (context) return context
  }
  return undefined
}
