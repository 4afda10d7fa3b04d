import {
  type AssociateRq,
  DicomApplicationContext,
  ImplicitVRLittleEndian,
  parseUid,
  Verification,
} from '@dcm/pdu'
import { ScriptedPeer } from '@dcm/testkit'
import { tcp } from '@dcm/transport-tcp'

/** A scripted peer of an archive on this host. */
export async function rawPeer(port: number): Promise<ScriptedPeer> {
  return new ScriptedPeer(await tcp().connect({ host: '127.0.0.1', port }))
}

export const ctImageStorage = parseUid('1.2.840.10008.5.1.4.1.1.2')

/** Context 1 verification, context 3 CT images, context 5 something that nobody has. */
export function associateRq(request: Partial<AssociateRq> = {}): AssociateRq {
  const transferSyntaxes = [ImplicitVRLittleEndian]
  return {
    type: 'A-ASSOCIATE-RQ',
    protocolVersion: 1,
    calledAeTitle: 'ARCHIVE',
    callingAeTitle: 'RAW',
    applicationContextName: DicomApplicationContext,
    presentationContexts: [
      { presentationContextId: 1, abstractSyntax: Verification, transferSyntaxes },
      { presentationContextId: 3, abstractSyntax: ctImageStorage, transferSyntaxes },
      { presentationContextId: 5, abstractSyntax: parseUid('1.2.3.4'), transferSyntaxes },
    ],
    userInformation: { maximumLength: 16_384, implementationClassUid: parseUid('1.2.3.9') },
    ...request,
  }
}
