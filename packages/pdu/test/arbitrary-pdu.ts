import {
  type AssociateAc,
  type AssociateRq,
  type ControlPdu,
  parseAeTitle,
  parseUid,
  type Pdv,
  type PresentationContextResult,
  type UserInformation,
} from '@dcm/pdu'
import fc from 'fast-check'

const byte = fc.nat({ max: 255 })
const bytes = fc.uint8Array({ maxLength: 40 })
const uid = fc
  .array(fc.nat({ max: 99999 }), { minLength: 1, maxLength: 10 })
  .map((components) => parseUid(components.join('.')))
const printable = (maxLength: number) =>
  fc.string({
    unit: fc.integer({ min: 0x21, max: 0x5b }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength,
  })
const aeTitle = printable(16).map(parseAeTitle)
const contextIds = fc.uniqueArray(
  fc.nat({ max: 127 }).map((half) => half * 2 + 1),
  { minLength: 1, maxLength: 6 },
)
/** Types that no item or sub-item has. */
const unknownItem = fc.record({ itemType: fc.constantFrom(0x00, 0x5f, 0x60, 0xff), data: bytes })

const userInformation: fc.Arbitrary<UserInformation> = fc.record(
  {
    maximumLength: fc.nat({ max: 0xffffffff }),
    implementationClassUid: uid,
    implementationVersionName: printable(16),
    asynchronousOperationsWindow: fc.record({
      maximumNumberOperationsInvoked: fc.nat({ max: 0xffff }),
      maximumNumberOperationsPerformed: fc.nat({ max: 0xffff }),
    }),
    roleSelections: some(fc.record({ sopClassUid: uid, scuRole: fc.boolean(), scpRole: fc.boolean() })),
    extendedNegotiations: some(fc.record({ sopClassUid: uid, serviceClassApplicationInformation: bytes })),
    commonExtendedNegotiations: some(
      fc.record({
        sopClassUid: uid,
        serviceClassUid: uid,
        relatedGeneralSopClassUids: fc.array(uid, { maxLength: 3 }),
      }),
    ),
    // Only a username goes with a second field.
    userIdentity: fc
      .record({
        userIdentityType: fc.oneof(byte, fc.constant(2)),
        positiveResponseRequested: fc.boolean(),
        primaryField: bytes,
        secondaryField: bytes,
      })
      .map((identity) =>
        identity.userIdentityType === 2 ? identity : { ...identity, secondaryField: new Uint8Array(0) },
      ),
    userIdentityResponse: fc.record({ serverResponse: bytes }),
    unknownSubItems: some(unknownItem),
  },
  { requiredKeys: [] },
)

const associateFields = {
  protocolVersion: fc.nat({ max: 0xffff }),
  calledAeTitle: aeTitle,
  callingAeTitle: aeTitle,
  applicationContextName: uid,
  userInformation,
}

const associateRq: fc.Arbitrary<AssociateRq> = fc.record(
  {
    type: fc.constant('A-ASSOCIATE-RQ' as const),
    ...associateFields,
    presentationContexts: contexts(
      fc.record({ abstractSyntax: uid, transferSyntaxes: fc.array(uid, { minLength: 1, maxLength: 4 }) }),
    ),
    unknownItems: some(unknownItem),
  },
  { requiredKeys: ['type', ...keys(associateFields), 'presentationContexts'] },
)

const associateAc: fc.Arbitrary<AssociateAc> = fc.record(
  {
    type: fc.constant('A-ASSOCIATE-AC' as const),
    ...associateFields,
    presentationContexts: contexts(
      fc.record({ result: fc.constantFrom<PresentationContextResult[]>(0, 1, 2, 3, 4), transferSyntax: uid }),
    ),
    unknownItems: some(unknownItem),
  },
  { requiredKeys: ['type', ...keys(associateFields), 'presentationContexts'] },
)

/** Any PDU that may be sent, other than a P-DATA-TF. */
export const controlPdu: fc.Arbitrary<ControlPdu> = fc.oneof(
  associateRq,
  associateAc,
  fc.record({ type: fc.constant('A-ASSOCIATE-RJ' as const), result: byte, source: byte, reason: byte }),
  fc.record({ type: fc.constant('A-RELEASE-RQ' as const) }),
  fc.record({ type: fc.constant('A-RELEASE-RP' as const) }),
  // The service-user gives no reason.
  fc
    .record({ type: fc.constant('A-ABORT' as const), source: byte, reason: byte })
    .map((abort) => (abort.source === 0 ? { ...abort, reason: 0 } : abort)),
)

export const pdvs: fc.Arbitrary<Pdv[]> = fc.array(
  fc.record({
    presentationContextId: fc.nat({ max: 127 }).map((half) => half * 2 + 1),
    isCommand: fc.boolean(),
    isLast: fc.boolean(),
    data: fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 4 },
)

function some<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> {
  return fc.array(value, { minLength: 1, maxLength: 3 })
}

function contexts<Fields>(fields: fc.Arbitrary<Fields>) {
  return contextIds.chain((ids) =>
    fc.tuple(...ids.map((id) => fields.map((rest) => ({ presentationContextId: id, ...rest })))),
  )
}

function keys<Fields extends object>(fields: Fields): (keyof Fields)[] {
  return Object.keys(fields) as (keyof Fields)[]
}
