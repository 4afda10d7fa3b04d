import type { PresentationContextAnswer, PresentationContextResult, Uid } from '@dcm/pdu'

/** Which service roles the association requestor and acceptor have for a SOP class (PS3.7 D.3.3.4). */
export interface NegotiatedRoles {
  readonly requestor: ServiceRoles
  readonly acceptor: ServiceRoles
}

export interface ServiceRoles {
  readonly scu: boolean
  readonly scp: boolean
}

/** PS3.7 D.3.3.4: without negotiation the requestor is the SCU and the acceptor the SCP. */
export const defaultRoles: NegotiatedRoles = {
  requestor: { scu: true, scp: false },
  acceptor: { scu: false, scp: true },
}

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
  /** In words, for a person. */
  readonly reason: string
}

/** An acceptor's answer to all presentation contexts, in the order proposed. */
export interface ContextAnswers {
  readonly presentationContexts: readonly PresentationContextAnswer[]
  readonly accepted: readonly AcceptedPresentationContext[]
  readonly explanations: readonly ContextExplanation[]
}
