import type { AssociateAc, AssociateRq } from '@dcm/pdu'
import { agreedWindow, operationsWindow } from './operations-window.ts'
import { proposedRoles, rolesBySopClass } from './service-roles.ts'

/** Where an answer departs from the standard, harmlessly, as what only one side said is not in force. */
export function remarksOn(request: AssociateRq, answer: AssociateAc): string[] {
  return [
    ...unansweredContexts(request, answer),
    ...largerWindow(request, answer),
    ...rolesNotAsked(request, answer),
    ...extendedNotAsked(request, answer),
    ...identityNotConfirmed(request, answer),
  ]
}

/** PS3.8 7.1.1.14: there is a result for each context proposed. */
function unansweredContexts(request: AssociateRq, answer: AssociateAc): string[] {
  const answered = new Set(answer.presentationContexts.map((context) => context.presentationContextId))
  return request.presentationContexts
    .filter(({ presentationContextId }) => !answered.has(presentationContextId))
    .map(
      ({ presentationContextId }) => `presentation context ${String(presentationContextId)} was not answered`,
    )
}

/** PS3.7 D.3.3.3: a window is answered only when asked for, and never larger. */
function largerWindow(request: AssociateRq, answer: AssociateAc): string[] {
  const asked = request.userInformation.asynchronousOperationsWindow
  const answered = answer.userInformation.asynchronousOperationsWindow
  if (!answered) return []
  if (!asked) return ['an asynchronous operations window was answered that was not asked for']
  const agreed = agreedWindow(asked, answered)
  const { invoked, performed } = operationsWindow(answered)
  if (agreed.invoked === invoked && agreed.performed === performed) return []
  return ['the asynchronous operations window answered is larger than the one asked for']
}

/** PS3.7 D.3.3.4: a role is granted only when it was proposed. */
function rolesNotAsked(request: AssociateRq, answer: AssociateAc): string[] {
  const proposed = proposedRoles(request.userInformation.roleSelections)
  const granted = [...rolesBySopClass(answer.userInformation.roleSelections)]
  const beyond = granted.filter(([sopClassUid, { scu, scp }]) => {
    const asked = proposed.get(sopClassUid)
    return !asked || (scu && !asked.scu) || (scp && !asked.scp)
  })
  return beyond.length === 0
    ? []
    : [`roles were answered that were not proposed, for ${String(beyond.length)} SOP classes`]
}

/** PS3.7 D.3.3.5: answered only where it was proposed. PS3.7 D.3.3.6: the common kind has no answer. */
function extendedNotAsked(
  { userInformation: asked }: AssociateRq,
  { userInformation }: AssociateAc,
): string[] {
  const proposed = new Set(asked.extendedNegotiations?.map(({ sopClassUid }) => sopClassUid))
  const beyond = [
    ...(userInformation.extendedNegotiations ?? []).filter(({ sopClassUid }) => !proposed.has(sopClassUid)),
    ...(userInformation.commonExtendedNegotiations ?? []),
  ]
  return beyond.length === 0
    ? []
    : [`extended negotiation was answered that was not proposed, for ${String(beyond.length)} SOP classes`]
}

/** PS3.7 D.3.3.7: an acceptor may ignore a user identity; who needs proof that it did not asks for a response, and leaves without it. */
function identityNotConfirmed(request: AssociateRq, answer: AssociateAc): string[] {
  const asked = request.userInformation.userIdentity?.positiveResponseRequested
  return asked && !answer.userInformation.userIdentityResponse
    ? ['the user identity was not confirmed, although a positive response was asked for']
    : []
}
