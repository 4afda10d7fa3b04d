import {
  type AssociateAc,
  type AssociateRq,
  DicomApplicationContext,
  type PresentationContextAnswer,
  type ProposedPresentationContext,
  type ReceivedUid,
  type UserInformation,
} from '@dcm/pdu'

/** What a peer sent where a UID belongs, whatever it is. */
export const received = (text: string): ReceivedUid => text as ReceivedUid

/** `['1.2.840…', 'ts', 'ts']` becomes a proposed context; ids are 1, 3, 5 … in order. */
function proposed(
  contexts: readonly (readonly [abstractSyntax: string, ...transferSyntaxes: string[]])[],
): ProposedPresentationContext[] {
  return contexts.map(([abstractSyntax, ...transferSyntaxes], index) => ({
    presentationContextId: 2 * index + 1,
    abstractSyntax: received(abstractSyntax),
    transferSyntaxes: transferSyntaxes.map(received),
  }))
}

export function request(
  contexts: readonly (readonly [abstractSyntax: string, ...transferSyntaxes: string[]])[],
  userInformation: UserInformation = {},
): AssociateRq {
  return {
    type: 'A-ASSOCIATE-RQ',
    protocolVersion: 1,
    calledAeTitle: 'ARCHIVE',
    callingAeTitle: 'MODALITY',
    applicationContextName: DicomApplicationContext,
    presentationContexts: proposed(contexts),
    userInformation,
  }
}

export function answer(
  contexts: readonly (readonly [
    id: number,
    result: PresentationContextAnswer['result'],
    transferSyntax: string,
  ])[],
  userInformation: UserInformation = {},
): AssociateAc {
  return {
    type: 'A-ASSOCIATE-AC',
    protocolVersion: 1,
    calledAeTitle: 'ARCHIVE',
    callingAeTitle: 'MODALITY',
    applicationContextName: DicomApplicationContext,
    presentationContexts: contexts.map(([presentationContextId, result, transferSyntax]) => ({
      presentationContextId,
      result,
      transferSyntax: received(transferSyntax),
    })),
    userInformation,
  }
}
