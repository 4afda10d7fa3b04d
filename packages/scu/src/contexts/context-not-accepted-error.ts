import { type Association, interpretAnswer } from '@dcm/association'

/** Why a context that would have carried the operation is not there. */
export interface ContextRefusal {
  readonly presentationContextId: number
  /** PS3.8 Table 9-18: 0 acceptance, 1 user-rejection, 2 no-reason, 3 abstract-syntax-, 4 transfer-syntaxes-not-supported. */
  readonly result: number
  /** What the peer said, in words. */
  readonly reason: string
}

/** The association has no presentation context for the operation: it was not proposed, or the peer did not accept it. */
export class ContextNotAcceptedError extends Error {
  override readonly name = 'ContextNotAcceptedError'
  readonly code = 'DCM_CONTEXT_NOT_ACCEPTED'
  readonly abstractSyntax: string
  /** What came of each proposed context with this abstract syntax; empty when none was proposed. */
  readonly refusals: readonly ContextRefusal[]

  constructor(association: Association, abstractSyntax: string, wanted = '') {
    const refusals = refusalsFor(association, abstractSyntax)
    super(`${abstractSyntax} cannot be used on this association${wanted}: ${inWords(refusals)}`)
    this.abstractSyntax = abstractSyntax
    this.refusals = refusals
  }
}

function refusalsFor({ facts }: Association, abstractSyntax: string): ContextRefusal[] {
  const { request, answer } = facts
  const proposed = new Set(
    request.presentationContexts
      .filter((context) => context.abstractSyntax === abstractSyntax)
      .map(({ presentationContextId }) => presentationContextId),
  )
  return interpretAnswer(request, answer).explanations.filter(({ presentationContextId }) =>
    proposed.has(presentationContextId),
  )
}

function inWords(refusals: readonly ContextRefusal[]): string {
  if (refusals.length === 0) return 'no presentation context was proposed for it'
  return refusals
    .map(({ presentationContextId, reason }) => `context ${String(presentationContextId)}: ${reason}`)
    .join('; ')
}
