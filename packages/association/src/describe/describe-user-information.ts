import type { UserIdentity, UserInformation } from '@dcm/pdu'
import { bounded, hex, named, quoted } from './printable.ts'
import { rolesInWords } from './words.ts'

/** So many items of one kind are shown: as many as there can be presentation contexts. */
const shownItems = 128

/** A line for each sub-item (PS3.7 D.3.3); what everybody sends is said to be missing when it is. */
export function describeUserInformation(information: UserInformation): string[] {
  const { maximumLength, implementationClassUid, implementationVersionName } = information
  const { asynchronousOperationsWindow: window, userIdentity, userIdentityResponse } = information
  return [
    `  Maximum length: ${maximumLength === undefined ? 'not given' : count(maximumLength, ' bytes')}`,
    `  Implementation class UID: ${implementationClassUid === undefined ? 'not given' : named(implementationClassUid)}`,
    `  Implementation version name: ${implementationVersionName === undefined ? 'not given' : quoted(implementationVersionName)}`,
    ...(window
      ? [
          `  Asynchronous operations window: ${count(window.maximumNumberOperationsInvoked)} invoked, ${count(window.maximumNumberOperationsPerformed)} performed`,
        ]
      : []),
    ...bounded(
      information.roleSelections,
      shownItems,
      ({ sopClassUid, scuRole, scpRole }) =>
        `  Role selection: ${named(sopClassUid)}: ${rolesInWords({ scu: scuRole, scp: scpRole })}`,
    ),
    ...bounded(
      information.extendedNegotiations,
      shownItems,
      ({ sopClassUid, serviceClassApplicationInformation: bytes }) =>
        `  Extended negotiation: ${named(sopClassUid)}: ${hex(bytes)}`,
    ),
    ...bounded(
      information.commonExtendedNegotiations,
      shownItems,
      ({ sopClassUid, serviceClassUid, relatedGeneralSopClassUids: related }) =>
        `  Common extended negotiation: ${named(sopClassUid)}: service class ${named(serviceClassUid)}, related general SOP classes: ${String(related.length)}`,
    ),
    ...(userIdentity ? [`  User identity: ${identityInWords(userIdentity)}`] : []),
    ...(userIdentityResponse
      ? [`  User identity response: ${length(userIdentityResponse.serverResponse)} (not shown)`]
      : []),
    ...bounded(
      information.unknownSubItems,
      shownItems,
      ({ itemType, data }) =>
        `  Unknown sub-item ${itemType.toString(16).padStart(2, '0').toUpperCase()}H: ${length(data)}`,
    ),
  ]
}

/** PS3.7 D.3.3.7.1. */
const identityTypes: Readonly<Record<number, string>> = {
  1: 'username',
  2: 'username and passcode',
  3: 'Kerberos service ticket',
  4: 'SAML assertion',
  5: 'JSON web token',
}

/** Both fields may be secrets, and the first names a person: their lengths have to do. */
function identityInWords(identity: UserIdentity): string {
  const type = identityTypes[identity.userIdentityType] ?? 'unknown'
  return [
    `type ${String(identity.userIdentityType)} (${type})`,
    `primary field ${length(identity.primaryField)}`,
    `secondary field ${length(identity.secondaryField)} (not shown)`,
    `positive response ${identity.positiveResponseRequested ? 'requested' : 'not requested'}`,
  ].join(', ')
}

/** A number where 0 stands for no limit. */
function count(value: number, unit = ''): string {
  return value === 0 ? 'unlimited' : `${String(value)}${unit}`
}

function length(bytes: Uint8Array): string {
  return `${String(bytes.length)} bytes`
}
