import { expect, test } from 'vitest'
import {
  encodePdu,
  encodePDataTf,
  PduDecoder,
  Verification,
  ImplicitVRLittleEndian,
  DicomApplicationContext,
  type PduEvent,
  type AssociateRq,
  type AssociateAc,
} from '@dcm/pdu'

const rq: AssociateRq = {
  type: 'A-ASSOCIATE-RQ',
  protocolVersion: 1,
  calledAeTitle: 'A',
  callingAeTitle: 'B',
  applicationContextName: DicomApplicationContext,
  presentationContexts: [
    { presentationContextId: 1, abstractSyntax: Verification, transferSyntaxes: [ImplicitVRLittleEndian] },
  ],
  userInformation: {
    maximumLength: 16384,
    userIdentity: {
      userIdentityType: 1,
      positiveResponseRequested: true,
      primaryField: Uint8Array.of(1, 2),
      secondaryField: new Uint8Array(0),
    },
  },
}
const ac: AssociateAc = {
  ...rq,
  type: 'A-ASSOCIATE-AC',
  presentationContexts: [{ presentationContextId: 1, result: 3, transferSyntax: ImplicitVRLittleEndian }],
}
test.each([1, 2, 5, 7, 1000])('%i', (n) => {
  const bytes = Buffer.concat([
    encodePdu(rq),
    encodePdu(ac),
    ...encodePDataTf([
      { presentationContextId: 1, isCommand: true, isLast: false, data: [new Uint8Array(10)] },
      { presentationContextId: 3, isCommand: false, isLast: true, data: [] },
    ]),
    encodePdu({ type: 'A-RELEASE-RQ' }),
    encodePdu({ type: 'A-ABORT', source: 2, reason: 6 }),
  ])
  const d = new PduDecoder()
  const events: PduEvent[] = []
  for (let i = 0; i < bytes.length; i += n) {
    d.push(bytes.subarray(i, i + n))
    for (let e; (e = d.next());) events.push(e)
  }
  expect(d.midPdu).toBe(false)
  expect(d.heldBytes).toBe(0)
  expect(events.filter((e) => e.type !== 'PDV')).toEqual([
    rq,
    ac,
    { type: 'P-DATA-TF', length: 22 },
    { type: 'A-RELEASE-RQ' },
    { type: 'A-ABORT', source: 2, reason: 6 },
  ])
})
