import { type ProposedPresentationContext, type Uid, uidName, UsageError } from '@dcm/pdu'

/** Odd identifiers 1 to 255 (PS3.8 9.3.2.2). */
export const maximumPresentationContexts = 128

/** Something a requestor wants to send or ask. */
export interface WantedContext {
  readonly abstractSyntax: Uid
  /** Any of these will do, the best first. */
  readonly transferSyntaxes: readonly Uid[]
}

/**
 * Presentation contexts for what is wanted, with odd ids from 1. Each wanted entry becomes a context of its own, since the
 * acceptor picks one transfer syntax per context: files that must go as they are need a context per syntax. Equal entries are
 * proposed once.
 *
 * @throws UsageError `DCM_TOO_MANY_CONTEXTS` for more than 128: see {@link planAssociations}.
 */
export function proposeContexts(wanted: readonly WantedContext[]): ProposedPresentationContext[] {
  const distinct = distinctContexts(wanted)
  if (distinct.length > maximumPresentationContexts) {
    throw new UsageError(
      `${String(distinct.length)} presentation contexts exceed the ${String(maximumPresentationContexts)} of one association`,
      'DCM_TOO_MANY_CONTEXTS',
    )
  }
  return distinct.map((context, index) => ({ presentationContextId: 2 * index + 1, ...context }))
}

/**
 * The contexts of as many associations as are needed. What belongs to one abstract syntax stays on one association where it
 * fits, so that an instance finds all its transfer syntaxes there.
 */
export function planAssociations(wanted: readonly WantedContext[]): ProposedPresentationContext[][] {
  const groups = Map.groupBy(distinctContexts(wanted), (context) => context.abstractSyntax)
  const plan: WantedContext[][] = []
  for (const group of groups.values()) {
    for (let from = 0; from < group.length; from += maximumPresentationContexts) {
      const part = group.slice(from, from + maximumPresentationContexts)
      const roomy = plan.find((contexts) => contexts.length + part.length <= maximumPresentationContexts)
      if (roomy) roomy.push(...part)
      else plan.push(part)
    }
  }
  return plan.map(proposeContexts)
}

/** A plan as text, one line a context. */
export function formatPlan(plan: readonly (readonly ProposedPresentationContext[])[]): string {
  return plan
    .map((contexts, index) =>
      [
        `association ${String(index + 1)} of ${String(plan.length)}: ${String(contexts.length)} presentation contexts`,
        ...contexts.map(
          (context) =>
            `  ${String(context.presentationContextId).padStart(3)} ${uidName(context.abstractSyntax)}: ${context.transferSyntaxes.map(uidName).join(', ')}`,
        ),
      ].join('\n'),
    )
    .join('\n')
}

function distinctContexts(wanted: readonly WantedContext[]): WantedContext[] {
  const distinct = new Map(
    wanted.map(({ abstractSyntax, transferSyntaxes }) => [
      [abstractSyntax, ...transferSyntaxes].join(' '),
      { abstractSyntax, transferSyntaxes },
    ]),
  )
  return [...distinct.values()]
}
