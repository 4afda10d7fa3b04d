import { acceptorPolicy, type Association, type AssociationEnd } from '@dcm/association'
import {
  type AssociateAc,
  type AssociateRq,
  DicomApplicationContext,
  ImplicitVRLittleEndian,
  type Pdv,
  type PdvFragment,
  parseUid,
  Verification,
} from '@dcm/pdu'

/** A request for one context, 1. */
export const request: AssociateRq = {
  type: 'A-ASSOCIATE-RQ',
  protocolVersion: 1,
  calledAeTitle: 'SCP',
  callingAeTitle: 'SCU',
  applicationContextName: DicomApplicationContext,
  presentationContexts: [
    { presentationContextId: 1, abstractSyntax: Verification, transferSyntaxes: [ImplicitVRLittleEndian] },
  ],
  userInformation: { maximumLength: 16_384, implementationClassUid: parseUid('1.2.3') },
}

/** The answer that accepts it. */
export const answer: AssociateAc = {
  ...request,
  type: 'A-ASSOCIATE-AC',
  presentationContexts: [{ presentationContextId: 1, result: 0, transferSyntax: ImplicitVRLittleEndian }],
}

/** The same as its requestor and its acceptor put it. */
export const wanted = {
  callingAeTitle: request.callingAeTitle,
  calledAeTitle: request.calledAeTitle,
  presentationContexts: request.presentationContexts,
}
export const negotiate = acceptorPolicy({
  abstractSyntaxes: [{ abstractSyntax: Verification, transferSyntaxes: [ImplicitVRLittleEndian] }],
})

export function pdv(text: string, presentationContextId = 1): Pdv[] {
  return [{ presentationContextId, isCommand: true, isLast: true, data: [Buffer.from(text)] }]
}

/** What an association's receiver got. */
export interface Heard {
  readonly data: string[]
  end: AssociationEnd | undefined
}

/** Listens, and answers a release at once. */
export function listen(association: Association): Heard {
  const heard: Heard = { data: [], end: undefined }
  association.receive({
    fragment: (fragment: PdvFragment) => heard.data.push(Buffer.from(fragment.data).toString()),
    releaseRequested: () => {
      association.respondRelease()
    },
    ended: (end) => (heard.end = end),
  })
  return heard
}
