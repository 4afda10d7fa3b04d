import type { ExtendedNegotiation, RoleSelection, UserInformation } from '@dcm/pdu'
import type { AcceptedByPolicy } from './answer-context.ts'
import { operationsWindow, type OperationsWindow, smallerWindow } from './operations-window.ts'
import type { ServiceRoles } from './service-roles.ts'

/** The sub-items of an A-ASSOCIATE-AC that the negotiation decides. */
export type NegotiatedUserInformation = Pick<
  UserInformation,
  'asynchronousOperationsWindow' | 'roleSelections' | 'extendedNegotiations'
>

/**
 * Answers what was asked for and nothing else, for the SOP classes of accepted contexts. Common extended negotiation (57H) has
 * no answer (PS3.7 D.3.3.6).
 */
export function answerUserInformation(
  proposed: UserInformation,
  roles: ReadonlyMap<string, ServiceRoles>,
  accepted: ReadonlyMap<string, AcceptedByPolicy>,
  grantable: () => OperationsWindow | undefined,
): NegotiatedUserInformation {
  const window = answerWindow(proposed.asynchronousOperationsWindow, grantable)
  const roleSelections = answerRoles(roles, accepted)
  const extendedNegotiations = answerExtended(proposed.extendedNegotiations, accepted)
  return {
    ...(window && { asynchronousOperationsWindow: window }),
    ...(roleSelections.length > 0 && { roleSelections }),
    ...(extendedNegotiations.length > 0 && { extendedNegotiations }),
  }
}

/** PS3.7 D.3.3.3: only when asked for, and never larger. */
function answerWindow(
  asked: UserInformation['asynchronousOperationsWindow'],
  grantable: () => OperationsWindow | undefined,
): UserInformation['asynchronousOperationsWindow'] {
  const granted = asked && grantable()
  if (!granted) return undefined
  const { invoked, performed } = smallerWindow(operationsWindow(asked), granted)
  return { maximumNumberOperationsInvoked: invoked, maximumNumberOperationsPerformed: performed }
}

/** PS3.7 D.3.3.4: each role proposed is accepted or turned down. */
function answerRoles(
  proposed: ReadonlyMap<string, ServiceRoles>,
  accepted: ReadonlyMap<string, AcceptedByPolicy>,
): RoleSelection[] {
  return [...accepted.values()].flatMap(({ context: { abstractSyntax, roles } }) =>
    proposed.has(abstractSyntax)
      ? [{ sopClassUid: abstractSyntax, scuRole: roles.requestor.scu, scpRole: roles.requestor.scp }]
      : [],
  )
}

/** PS3.7 D.3.3.5: answered where the acceptor has something to say. One item for a SOP class; of several the first counts. */
function answerExtended(
  proposed: readonly ExtendedNegotiation[] | undefined,
  accepted: ReadonlyMap<string, AcceptedByPolicy>,
): ExtendedNegotiation[] {
  const answers: ExtendedNegotiation[] = []
  const seen = new Set<string>()
  for (const { sopClassUid, serviceClassApplicationInformation } of proposed ?? []) {
    if (seen.has(sopClassUid)) continue
    seen.add(sopClassUid)
    const answer = accepted
      .get(sopClassUid)
      ?.supported.extendedNegotiation?.(serviceClassApplicationInformation)
    if (answer) answers.push({ sopClassUid, serviceClassApplicationInformation: answer })
  }
  return answers
}
