import { type AssociateAc, type AssociateRq, uidName, type UserInformation } from '@dcm/pdu'
import { hex, printable } from './printable.ts'
import { contextResults } from './words.ts'

/**
 * A request, and its answer if there is one, as the command-line tools of other toolkits print them. Primary and secondary
 * fields of a user identity, and the server's response, are left out.
 */
export function describeAssociation(request: AssociateRq, answer?: AssociateAc): string {
  const lines = [
    `Association request (A-ASSOCIATE-RQ)`,
    ...titles(request),
    ...userInformation(request.userInformation),
    'Presentation contexts:',
    ...request.presentationContexts.flatMap((context) => [
      `  ${String(context.presentationContextId)}: ${named(context.abstractSyntax)}`,
      ...context.transferSyntaxes.map((syntax) => `       ${named(syntax)}`),
    ]),
  ]
  if (!answer) return lines.join('\n')
  const proposed = new Map(
    request.presentationContexts.map((context) => [context.presentationContextId, context.abstractSyntax]),
  )
  return [
    ...lines,
    `Association answer (A-ASSOCIATE-AC)`,
    ...userInformation(answer.userInformation),
    'Presentation contexts:',
    ...answer.presentationContexts.map(({ presentationContextId, result, transferSyntax }) => {
      const abstractSyntax = named(proposed.get(presentationContextId) ?? 'not proposed')
      const outcome = result === 0 ? `accepted, ${named(transferSyntax)}` : contextResults[result]
      return `  ${String(presentationContextId)}: ${abstractSyntax}: ${outcome}`
    }),
  ].join('\n')
}

function titles(request: AssociateRq): string[] {
  return [
    `  Calling AE title: ${printable(request.callingAeTitle)}`,
    `  Called AE title: ${printable(request.calledAeTitle)}`,
    `  Application context: ${named(request.applicationContextName)}`,
  ]
}

function userInformation(information: UserInformation): string[] {
  const { maximumLength, asynchronousOperationsWindow: window, userIdentity } = information
  return [
    `  Maximum length: ${maximumLength === undefined ? 'not given' : maximumLength === 0 ? 'unlimited' : `${String(maximumLength)} bytes`}`,
    `  Implementation class UID: ${printable(information.implementationClassUid ?? 'not given')}`,
    `  Implementation version name: ${printable(information.implementationVersionName ?? 'not given')}`,
    ...(window
      ? [
          `  Asynchronous operations window: ${String(window.maximumNumberOperationsInvoked)} invoked, ${String(window.maximumNumberOperationsPerformed)} performed`,
        ]
      : []),
    ...(information.roleSelections ?? []).map(
      (role) =>
        `  Role selection: ${named(role.sopClassUid)}: SCU ${role.scuRole ? 'yes' : 'no'}, SCP ${role.scpRole ? 'yes' : 'no'}`,
    ),
    ...(information.extendedNegotiations ?? []).map(
      (extended) =>
        `  Extended negotiation: ${named(extended.sopClassUid)}: ${hex(extended.serviceClassApplicationInformation)}`,
    ),
    ...(information.commonExtendedNegotiations ?? []).map(
      (extended) =>
        `  Common extended negotiation: ${named(extended.sopClassUid)}: ${named(extended.serviceClassUid)}`,
    ),
    ...(userIdentity
      ? [
          `  User identity: type ${String(userIdentity.userIdentityType)}, primary field of ${String(userIdentity.primaryField.length)} bytes, secondary field of ${String(userIdentity.secondaryField.length)} bytes (not shown), positive response ${userIdentity.positiveResponseRequested ? 'requested' : 'not requested'}`,
        ]
      : []),
    ...(information.userIdentityResponse
      ? [
          `  User identity response: ${String(information.userIdentityResponse.serverResponse.length)} bytes (not shown)`,
        ]
      : []),
  ]
}

function named(uid: string): string {
  const name = uidName(uid)
  return name === uid ? printable(uid) : `${name} (${uid})`
}
