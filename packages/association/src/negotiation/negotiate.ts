import {
  type AssociateRq,
  type AsynchronousOperationsWindow,
  type ExtendedNegotiation,
  ImplicitVRLittleEndian,
  isUid,
  type PresentationContextAnswer,
  type ProposedPresentationContext,
  type RoleSelection,
  uidName,
  type UserInformation,
} from '@dcm/pdu'
import {
  type AcceptedPresentationContext,
  type ContextAnswers,
  type ContextExplanation,
  defaultRoles,
  type NegotiatedRoles,
  type ServiceRoles,
} from './accepted-presentation-context.ts'
import { type AcceptorPolicy, informationFor, type SupportedAbstractSyntax } from './acceptor-policy.ts'
import { chooseTransferSyntax } from './choose-transfer-syntax.ts'

/** All that an A-ASSOCIATE-AC says about the negotiation, and why. */
export interface NegotiationResult extends ContextAnswers {
  /** The negotiated sub-items; the association adds the maximum length and our implementation's names. */
  readonly userInformation: Pick<
    UserInformation,
    'asynchronousOperationsWindow' | 'roleSelections' | 'extendedNegotiations'
  >
}

type Supported = Omit<SupportedAbstractSyntax, 'abstractSyntax'>

/** An acceptor's policy, ready to answer many requests: `acceptorPolicy(policy)(request)`. */
export function acceptorPolicy(policy: AcceptorPolicy): (request: AssociateRq) => NegotiationResult {
  const known = new Map<string, Supported>(
    policy.abstractSyntaxes.map((entry) => [entry.abstractSyntax, entry]),
  )
  const find = (abstractSyntax: string): Supported | undefined =>
    known.get(abstractSyntax) ?? policy.otherAbstractSyntax?.(abstractSyntax)

  return (request) => {
    const answers: PresentationContextAnswer[] = []
    const accepted: AcceptedPresentationContext[] = []
    const explanations: ContextExplanation[] = []
    for (const proposed of request.presentationContexts) {
      const answer = answerContext(proposed, request, policy, find)
      answers.push(answer.answer)
      explanations.push(answer.explanation)
      if (answer.accepted) accepted.push(answer.accepted)
    }
    const sopClasses = new Set<string>(accepted.map((context) => context.abstractSyntax))
    const { userInformation } = request
    const window = answerWindow(userInformation.asynchronousOperationsWindow, policy)
    const roleSelections = answerRoles(userInformation.roleSelections, sopClasses, find)
    const extendedNegotiations = answerExtended(userInformation.extendedNegotiations, sopClasses, find)
    return {
      presentationContexts: answers,
      accepted,
      explanations,
      userInformation: {
        ...(window && { asynchronousOperationsWindow: window }),
        ...(roleSelections.length > 0 && { roleSelections }),
        ...(extendedNegotiations.length > 0 && { extendedNegotiations }),
      },
    }
  }
}

/** Answers one request by a policy; use {@link acceptorPolicy} for many. */
export function negotiate(request: AssociateRq, policy: AcceptorPolicy): NegotiationResult {
  return acceptorPolicy(policy)(request)
}

interface ContextAnswer {
  readonly answer: PresentationContextAnswer
  readonly explanation: ContextExplanation
  readonly accepted?: AcceptedPresentationContext
}

function answerContext(
  proposed: ProposedPresentationContext,
  request: AssociateRq,
  policy: AcceptorPolicy,
  find: (abstractSyntax: string) => Supported | undefined,
): ContextAnswer {
  const { presentationContextId, abstractSyntax } = proposed
  const refused = (result: 1 | 3 | 4, reason: string): ContextAnswer => ({
    // PS3.8 9.3.3.2: a refused context carries a transfer syntax too, which nobody reads.
    answer: {
      presentationContextId,
      result,
      transferSyntax: proposed.transferSyntaxes.find(isUid) ?? ImplicitVRLittleEndian,
    },
    explanation: { presentationContextId, result, reason },
  })
  if (!isUid(abstractSyntax)) return refused(3, 'the abstract syntax is not a UID')
  const supported = find(abstractSyntax)
  if (!supported) return refused(3, `${uidName(abstractSyntax)} is not supported`)
  const words = policy.refuse?.(abstractSyntax, request)
  if (words !== undefined) return refused(1, words)
  const order = supported.transferSyntaxOrder ?? policy.transferSyntaxOrder ?? 'requestor'
  const candidates = proposed.transferSyntaxes.filter(isUid)
  const transferSyntax = chooseTransferSyntax(candidates, supported.transferSyntaxes, order)
  if (!transferSyntax) {
    return refused(
      4,
      `none of the ${String(proposed.transferSyntaxes.length)} proposed transfer syntaxes is supported`,
    )
  }
  const roles = negotiatedRoles(
    request.userInformation.roleSelections?.find((selection) => selection.sopClassUid === abstractSyntax),
    supported.requestorRoles,
  )
  return {
    answer: { presentationContextId, result: 0, transferSyntax },
    explanation: {
      presentationContextId,
      result: 0,
      reason: `${uidName(transferSyntax)}, the ${order === 'acceptor' ? "acceptor's" : "requestor's"} first choice that both support`,
    },
    accepted: { presentationContextId, abstractSyntax, transferSyntax, roles },
  }
}

/** PS3.7 D.3.3.4: a role is granted when it was proposed and is supported; without a proposal the defaults hold. */
function negotiatedRoles(
  proposed: RoleSelection | undefined,
  supported: ServiceRoles = defaultRoles.requestor,
): NegotiatedRoles {
  if (!proposed) return defaultRoles
  const scu = proposed.scuRole && supported.scu
  const scp = proposed.scpRole && supported.scp
  return { requestor: { scu, scp }, acceptor: { scu: scp, scp: scu } }
}

/** PS3.7 D.3.3.4: answered for each SOP class asked for, never granting what was not proposed. */
function answerRoles(
  proposals: readonly RoleSelection[] | undefined,
  sopClasses: ReadonlySet<string>,
  find: (abstractSyntax: string) => Supported | undefined,
): RoleSelection[] {
  return (proposals ?? [])
    .filter((proposal) => sopClasses.has(proposal.sopClassUid))
    .map((proposal) => {
      const { requestor } = negotiatedRoles(proposal, find(proposal.sopClassUid)?.requestorRoles)
      return { sopClassUid: proposal.sopClassUid, scuRole: requestor.scu, scpRole: requestor.scp }
    })
}

/** PS3.7 D.3.3.5: answered only where the acceptor has something to say. */
function answerExtended(
  proposals: readonly ExtendedNegotiation[] | undefined,
  sopClasses: ReadonlySet<string>,
  find: (abstractSyntax: string) => Supported | undefined,
): ExtendedNegotiation[] {
  const asked = new Set((proposals ?? []).map((proposal) => proposal.sopClassUid))
  return [...asked].flatMap((sopClassUid) => {
    const proposed = informationFor(proposals, sopClassUid)
    if (!proposed || !sopClasses.has(sopClassUid)) return []
    const information = find(sopClassUid)?.extendedNegotiation?.(proposed)
    return information ? [{ sopClassUid, serviceClassApplicationInformation: information }] : []
  })
}

/** PS3.7 D.3.3.3: only when asked for, and never larger than asked for. */
function answerWindow(
  proposed: AsynchronousOperationsWindow | undefined,
  policy: AcceptorPolicy,
): AsynchronousOperationsWindow | undefined {
  if (!proposed) return undefined
  const { invoked, performed } = policy.asynchronousOperationsWindow ?? { invoked: 1, performed: 1 }
  return {
    maximumNumberOperationsInvoked: smallerWindow(proposed.maximumNumberOperationsInvoked, invoked),
    maximumNumberOperationsPerformed: smallerWindow(proposed.maximumNumberOperationsPerformed, performed),
  }
}

/** 0 is unlimited (PS3.7 D.3.3.3.1). */
export function smallerWindow(one: number, other: number): number {
  if (one === 0) return other
  return other === 0 ? one : Math.min(one, other)
}
