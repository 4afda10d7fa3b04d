import type { PresentationContextAnswer, PresentationContextResult, Uid } from '@dcm/pdu'
import type { NegotiatedRoles } from './service-roles.ts'

/** A presentation context that both sides agreed on. */
export interface AcceptedPresentationContext {
  readonly presentationContextId: number
  readonly abstractSyntax: Uid
  readonly transferSyntax: Uid
  readonly roles: NegotiatedRoles
}

/** Why a presentation context got its result. */
export interface ContextExplanation {
  readonly presentationContextId: number
  readonly result: PresentationContextResult
  /** In words, for a person; what the peer sent is escaped and shortened. */
  readonly reason: string
}

/** An acceptor's answer to all presentation contexts, in the order proposed. */
export interface ContextAnswers {
  readonly presentationContexts: readonly PresentationContextAnswer[]
  readonly accepted: readonly AcceptedPresentationContext[]
  readonly explanations: readonly ContextExplanation[]
}
