import {
  type AssociateRq,
  ImplicitVRLittleEndian,
  isUid,
  type PresentationContextAnswer,
  type ProposedPresentationContext,
  uidName,
} from '@dcm/pdu'
import { printable } from '../describe/printable.ts'
import { rolesInWords } from '../describe/words.ts'
import type { AcceptedPresentationContext, ContextExplanation } from './accepted-presentation-context.ts'
import type { TransferSyntaxOrder } from './acceptor-policy.ts'
import { chooseTransferSyntax } from './choose-transfer-syntax.ts'
import type { PreparedPolicy, PreparedSyntax } from './prepared-policy.ts'
import { commonRoles, defaultRoles, hasRole, rolesFromRequestor, type ServiceRoles } from './service-roles.ts'

/** One presentation context answered. */
export interface ContextAnswer {
  readonly answer: PresentationContextAnswer
  readonly explanation: ContextExplanation
  readonly accepted?: AcceptedByPolicy
}

/** An accepted context, and what of the policy took it. */
export interface AcceptedByPolicy {
  readonly context: AcceptedPresentationContext
  readonly supported: PreparedSyntax
}

/** What is known of the request while its contexts are answered one by one. */
export interface RequestInHand {
  readonly request: AssociateRq
  readonly supported: (abstractSyntax: string) => PreparedSyntax | undefined
  readonly roles: ReadonlyMap<string, ServiceRoles>
  readonly refuse: PreparedPolicy['refuse']
}

/** Accepts or refuses a context (PS3.8 9.3.3.2): the abstract syntax, our own last word, the transfer syntax, the roles. */
export function answerContext(context: ProposedPresentationContext, inHand: RequestInHand): ContextAnswer {
  const { abstractSyntax } = context
  if (!isUid(abstractSyntax)) {
    return refused(context, 3, `the abstract syntax "${printable(abstractSyntax)}" is not a UID`)
  }
  const supported = inHand.supported(abstractSyntax)
  if (!supported) return refused(context, 3, `${uidName(abstractSyntax)} is not supported`)
  const refusal = inHand.refuse?.(abstractSyntax, inHand.request)
  if (refusal !== undefined) return refused(context, 1, refusal)
  const transferSyntax = chooseTransferSyntax(context.transferSyntaxes, supported)
  if (transferSyntax === undefined) return refused(context, 4, unsupported(context.transferSyntaxes))
  const proposed = inHand.roles.get(abstractSyntax)
  // PS3.7 D.3.3.4: who proposes no role is the SCU.
  const wanted = proposed ?? defaultRoles.requestor
  const roles = commonRoles(wanted, supported.requestorRoles)
  // Were it accepted, nobody could use it: the acceptor turns down each role that was asked for, or taken for granted.
  if (!hasRole(roles)) {
    const proposal = proposed ? 'as which it proposed itself' : 'which it is unless it proposes another role'
    return refused(context, 1, `the requestor may not be ${rolesInWords(wanted)}, ${proposal}`)
  }
  const { presentationContextId } = context
  const reason = `${uidName(transferSyntax)}, ${choiceInWords[supported.transferSyntaxOrder]}`
  return {
    answer: { presentationContextId, result: 0, transferSyntax },
    explanation: {
      presentationContextId,
      result: 0,
      reason: proposed ? `${reason}; the requestor is ${rolesInWords(roles)}` : reason,
    },
    accepted: {
      context: { presentationContextId, abstractSyntax, transferSyntax, roles: rolesFromRequestor(roles) },
      supported,
    },
  }
}

const choiceInWords: Readonly<Record<TransferSyntaxOrder, string>> = {
  requestor: "the requestor's first choice that is supported",
  acceptor: "the acceptor's first choice that was proposed",
  'as-proposed-lossless-first': "the requestor's first choice that is supported, lossless ones before others",
}

function refused(context: ProposedPresentationContext, result: 1 | 3 | 4, reason: string): ContextAnswer {
  const { presentationContextId } = context
  // PS3.8 9.3.3.2: a refused context carries a transfer syntax too, which nobody reads.
  const transferSyntax = context.transferSyntaxes.find(isUid) ?? ImplicitVRLittleEndian
  return {
    answer: { presentationContextId, result, transferSyntax },
    explanation: { presentationContextId, result, reason },
  }
}

/** So many proposed transfer syntaxes are named in an explanation; more would be no sentence. */
const namedTransferSyntaxes = 4

function unsupported(transferSyntaxes: readonly string[]): string {
  const count = transferSyntaxes.length
  if (count === 0) return 'no transfer syntax was proposed'
  const named = transferSyntaxes.slice(0, namedTransferSyntaxes).map((syntax) => printable(uidName(syntax)))
  const rest = count > named.length ? ` and ${String(count - named.length)} more` : ''
  return `no proposed transfer syntax is supported: ${named.join(', ')}${rest}`
}
