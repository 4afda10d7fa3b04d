import {
  type AssociateAc,
  type AssociateRq,
  isUid,
  type PresentationContextAnswer,
  type ProposedPresentationContext,
  uidName,
} from '@dcm/pdu'
import { printable } from '../describe/printable.ts'
import { contextResults } from '../describe/words.ts'
import type { AcceptedPresentationContext, ContextExplanation } from './accepted-presentation-context.ts'
import { remarksOn } from './answer-remarks.ts'
import { agreedWindow, type OperationsWindow } from './operations-window.ts'
import {
  commonRoles,
  defaultRoles,
  type NegotiatedRoles,
  proposedRoles,
  rolesBySopClass,
  rolesFromRequestor,
} from './service-roles.ts'

/** What an A-ASSOCIATE-AC comes to for its requestor. */
export interface InterpretedAnswer {
  /** Accepted contexts by id. */
  readonly contexts: ReadonlyMap<number, AcceptedPresentationContext>
  /** What came of each proposed context, in the order proposed. */
  readonly explanations: readonly ContextExplanation[]
  /** Operations we may invoke, and perform; 0 = unlimited. 1 and 1 unless both sides said otherwise. */
  readonly asynchronousOperationsWindow: OperationsWindow
  /** What the answer says that the request does not allow: the association cannot be trusted, and is to be aborted. */
  readonly violations: readonly string[]
  /** Departures from the standard that do no harm, since only what both sides said is in force: for a log. */
  readonly remarks: readonly string[]
}

/** Reads an answer against its request (PS3.8 9.3.3, PS3.7 D.3.3). */
export function interpretAnswer(request: AssociateRq, answer: AssociateAc): InterpretedAnswer {
  const answers = new Map(answer.presentationContexts.map((given) => [given.presentationContextId, given]))
  const roles = readRoles(request, answer)
  const contexts = new Map<number, AcceptedPresentationContext>()
  const explanations: ContextExplanation[] = []
  const violations = unusableAnswer(request, answer)
  for (const proposed of request.presentationContexts) {
    const { presentationContextId } = proposed
    const given = answers.get(presentationContextId)
    answers.delete(presentationContextId)
    const outcome = readContext(proposed, given, roles)
    if (typeof outcome === 'string') {
      violations.push(`presentation context ${String(presentationContextId)} ${outcome}`)
      continue
    }
    explanations.push(outcome.explanation)
    if (outcome.accepted) contexts.set(presentationContextId, outcome.accepted)
  }
  for (const id of answers.keys()) violations.push(`presentation context ${String(id)} was not proposed`)
  return {
    contexts,
    explanations,
    asynchronousOperationsWindow: agreedWindow(
      request.userInformation.asynchronousOperationsWindow,
      answer.userInformation.asynchronousOperationsWindow,
    ),
    violations,
    remarks: remarksOn(request, answer),
  }
}

function unusableAnswer(request: AssociateRq, answer: AssociateAc): string[] {
  const violations: string[] = []
  // PS3.8 9.3.3: only bit 0 is tested; it says version 1.
  if ((answer.protocolVersion & 1) === 0) violations.push('protocol version 1 is not among those answered')
  // PS3.7 A.1: the one answered is the one to be used.
  if (answer.applicationContextName !== request.applicationContextName) {
    violations.push(`the application context "${printable(answer.applicationContextName)}" was not proposed`)
  }
  return violations
}

interface ContextOutcome {
  readonly explanation: ContextExplanation
  readonly accepted?: AcceptedPresentationContext
}

/** What came of a context, or what is wrong with its answer. */
function readContext(
  proposed: ProposedPresentationContext,
  given: PresentationContextAnswer | undefined,
  roles: (abstractSyntax: string) => NegotiatedRoles,
): ContextOutcome | string {
  const { presentationContextId, abstractSyntax } = proposed
  // PS3.8 7.1.1.14: each is answered. One that is not is not accepted, and that is all that counts.
  const { result, transferSyntax } = given ?? { result: 2, transferSyntax: '' }
  if (result !== 0) {
    const reason = given ? contextResults[result] : 'not answered, which is taken for a refusal'
    return { explanation: { presentationContextId, result, reason } }
  }
  if (!isUid(abstractSyntax)) return 'was accepted although its abstract syntax is not a UID'
  if (!isUid(transferSyntax) || !proposed.transferSyntaxes.includes(transferSyntax)) {
    return 'was accepted with a transfer syntax that was not proposed'
  }
  return {
    explanation: { presentationContextId, result, reason: uidName(transferSyntax) },
    accepted: { presentationContextId, abstractSyntax, transferSyntax, roles: roles(abstractSyntax) },
  }
}

/** PS3.7 D.3.3.4: both sides must have said it; without an answer the defaults hold. */
function readRoles(request: AssociateRq, answer: AssociateAc): (abstractSyntax: string) => NegotiatedRoles {
  const proposed = proposedRoles(request.userInformation.roleSelections)
  const granted = rolesBySopClass(answer.userInformation.roleSelections)
  return (abstractSyntax) => {
    const asked = proposed.get(abstractSyntax)
    const given = granted.get(abstractSyntax)
    return asked && given ? rolesFromRequestor(commonRoles(asked, given)) : defaultRoles
  }
}
