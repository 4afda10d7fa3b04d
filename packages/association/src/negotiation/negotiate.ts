import type { AssociateRq, PresentationContextAnswer } from '@dcm/pdu'
import type {
  AcceptedPresentationContext,
  ContextAnswers,
  ContextExplanation,
} from './accepted-presentation-context.ts'
import type { AcceptorPolicy } from './acceptor-policy.ts'
import { type AcceptedByPolicy, answerContext, type RequestInHand } from './answer-context.ts'
import { answerUserInformation, type NegotiatedUserInformation } from './answer-user-information.ts'
import { type PreparedPolicy, preparePolicy, type PreparedSyntax } from './prepared-policy.ts'
import { proposedRoles } from './service-roles.ts'

/** All that an A-ASSOCIATE-AC says about the negotiation, and why. */
export interface NegotiationResult extends ContextAnswers {
  /** The negotiated sub-items; the association adds the maximum length and our implementation's names. */
  readonly userInformation: NegotiatedUserInformation
}

/**
 * An acceptor's policy, ready to answer many requests: `acceptorPolicy(policy)(request)`. Answering throws only what the policy's
 * own functions throw, or for what they return.
 *
 * @throws UsageError `DCM_POLICY_INVALID`
 */
export function acceptorPolicy(policy: AcceptorPolicy): (request: AssociateRq) => NegotiationResult {
  const prepared = preparePolicy(policy)
  return (request) => answerRequest(request, prepared)
}

/** Answers one request by a policy; use {@link acceptorPolicy} for many. @throws UsageError `DCM_POLICY_INVALID` */
export function negotiate(request: AssociateRq, policy: AcceptorPolicy): NegotiationResult {
  return acceptorPolicy(policy)(request)
}

function answerRequest(request: AssociateRq, policy: PreparedPolicy): NegotiationResult {
  const roles = proposedRoles(request.userInformation.roleSelections)
  const inHand: RequestInHand = { request, roles, refuse: policy.refuse, supported: lookup(policy) }
  const presentationContexts: PresentationContextAnswer[] = []
  const accepted: AcceptedPresentationContext[] = []
  const explanations: ContextExplanation[] = []
  const bySopClass = new Map<string, AcceptedByPolicy>()
  for (const context of request.presentationContexts) {
    const answered = answerContext(context, inHand)
    presentationContexts.push(answered.answer)
    explanations.push(answered.explanation)
    if (!answered.accepted) continue
    const { context: agreed } = answered.accepted
    accepted.push(agreed)
    bySopClass.set(agreed.abstractSyntax, answered.accepted)
  }
  return {
    presentationContexts,
    accepted,
    explanations,
    userInformation: answerUserInformation(request.userInformation, roles, bySopClass, () =>
      policy.window(request),
    ),
  }
}

/** Asks the policy once for each abstract syntax of a request: its hook may be slow, and may change its mind. */
function lookup(policy: PreparedPolicy): RequestInHand['supported'] {
  const others = new Map<string, PreparedSyntax | undefined>()
  return (abstractSyntax) => {
    const known = policy.syntaxes.get(abstractSyntax)
    if (known || others.has(abstractSyntax)) return known ?? others.get(abstractSyntax)
    const other = policy.otherAbstractSyntax(abstractSyntax)
    others.set(abstractSyntax, other)
    return other
  }
}
