import {
  type AssociateAc,
  type AssociateRq,
  type ControlPdu,
  encodePDataTf,
  encodePDataTfs,
  encodePdu,
  type Pdv,
  type UserIdentity,
  type UserInformation,
} from '@dcm/pdu'
import { describe, expect, test } from 'vitest'
import { decodeAll } from './decode-all.ts'
import { hex, join } from './hex.ts'
import { answer, received, request } from './vectors.ts'

const uid = received('1.2')
const [context] = request.presentationContexts
const contextWith = (change: object): AssociateRq =>
  ({ ...request, presentationContexts: [{ ...context, ...change }] }) as AssociateRq
const answerWith = (change: object): AssociateAc =>
  ({ ...answer, presentationContexts: [{ ...answer.presentationContexts[0], ...change }] }) as AssociateAc
const informing = (userInformation: UserInformation): AssociateRq => ({ ...request, userInformation })
const window = (invoked: number, performed: number): UserInformation => ({
  asynchronousOperationsWindow: {
    maximumNumberOperationsInvoked: invoked,
    maximumNumberOperationsPerformed: performed,
  },
})
const related = (sopClass: string, serviceClass: string, general: string): UserInformation => ({
  commonExtendedNegotiations: [
    {
      sopClassUid: received(sopClass),
      serviceClassUid: received(serviceClass),
      relatedGeneralSopClassUids: [received(general)],
    },
  ],
})
const identity = (change: Partial<UserIdentity>): UserInformation => ({
  userIdentity: {
    userIdentityType: 2,
    positiveResponseRequested: false,
    primaryField: hex("'ann'"),
    secondaryField: hex("'pw'"),
    ...change,
  },
})

describe('encodePdu refuses', () => {
  test.each<[string, ControlPdu, string]>([
    ['an empty called AE title', { ...request, calledAeTitle: '' }, 'DCM_AE_TITLE_INVALID'],
    [
      'a calling AE title of 17 characters',
      { ...request, callingAeTitle: 'A'.repeat(17) },
      'DCM_AE_TITLE_INVALID',
    ],
    ['an AE title with a backslash', { ...request, callingAeTitle: 'A\\B' }, 'DCM_AE_TITLE_INVALID'],
    [
      'an echoed AE title of 17 characters',
      { ...answer, calledAeTitle: 'A'.repeat(17) },
      'DCM_AE_TITLE_INVALID',
    ],
    ['an echoed AE title beyond one byte', { ...answer, callingAeTitle: '\u0100' }, 'DCM_AE_TITLE_INVALID'],
    ['63 echoed bytes', { ...answer, echoedFields: new Uint8Array(63) }, 'DCM_FIELD_RANGE'],
    ['no presentation context', { ...request, presentationContexts: [] }, 'DCM_PRESENTATION_CONTEXT_ID'],
    ['no answer', { ...answer, presentationContexts: [] }, 'DCM_PRESENTATION_CONTEXT_ID'],
    ['context id 0', contextWith({ presentationContextId: 0 }), 'DCM_PRESENTATION_CONTEXT_ID'],
    ['context id 2', contextWith({ presentationContextId: 2 }), 'DCM_PRESENTATION_CONTEXT_ID'],
    ['context id 257', contextWith({ presentationContextId: 257 }), 'DCM_PRESENTATION_CONTEXT_ID'],
    ['context id 1.5', answerWith({ presentationContextId: 1.5 }), 'DCM_PRESENTATION_CONTEXT_ID'],
    [
      'a context id twice',
      {
        ...request,
        presentationContexts: [...request.presentationContexts, ...request.presentationContexts],
      },
      'DCM_PRESENTATION_CONTEXT_ID',
    ],
    ['no transfer syntax', contextWith({ transferSyntaxes: [] }), 'DCM_TRANSFER_SYNTAX_MISSING'],
    ['a malformed abstract syntax', contextWith({ abstractSyntax: '1..2' }), 'DCM_UID_INVALID'],
    ['a malformed accepted transfer syntax', answerWith({ transferSyntax: '' }), 'DCM_UID_INVALID'],
    ['result 5', answerWith({ result: 5 }), 'DCM_FIELD_RANGE'],
    ['result 256', answerWith({ result: 256 }), 'DCM_FIELD_RANGE'],
    [
      'a context of more than 65535 bytes',
      contextWith({ transferSyntaxes: Array(20_000).fill(uid) }),
      'DCM_ITEM_TOO_LONG',
    ],
    ['a maximum length of 33 bits', informing({ maximumLength: 2 ** 32 }), 'DCM_FIELD_RANGE'],
    ['a negative maximum length', informing({ maximumLength: -1 }), 'DCM_FIELD_RANGE'],
    ['a maximum length of half a byte', informing({ maximumLength: 0.5 }), 'DCM_FIELD_RANGE'],
    [
      'a window of 65536',
      informing({
        asynchronousOperationsWindow: {
          maximumNumberOperationsInvoked: 65536,
          maximumNumberOperationsPerformed: 1,
        },
      }),
      'DCM_FIELD_RANGE',
    ],
    [
      'a version name of 17 characters',
      informing({ implementationVersionName: 'A'.repeat(17) }),
      'DCM_IMPLEMENTATION_VERSION_NAME',
    ],
    [
      'an empty version name',
      informing({ implementationVersionName: '' }),
      'DCM_IMPLEMENTATION_VERSION_NAME',
    ],
    [
      'a version name in another alphabet',
      informing({ implementationVersionName: 'ÄÖ' }),
      'DCM_IMPLEMENTATION_VERSION_NAME',
    ],
    ...[0, 1, 3, 4, 5, 6].map((userIdentityType): [string, ControlPdu, string] => [
      `a secondary field with user identity type ${String(userIdentityType)}`,
      informing({
        userIdentity: {
          userIdentityType,
          positiveResponseRequested: false,
          primaryField: hex("'ann'"),
          secondaryField: hex("'pw'"),
        },
      }),
      'DCM_FIELD_RANGE',
    ]),
    [
      'a token of 65536 bytes',
      informing({
        userIdentity: {
          userIdentityType: 5,
          positiveResponseRequested: false,
          primaryField: new Uint8Array(65536),
          secondaryField: hex(''),
        },
      }),
      'DCM_FIELD_RANGE',
    ],
    [
      'a token that fits its field but not the user information',
      informing({ userIdentityResponse: { serverResponse: new Uint8Array(65535) } }),
      'DCM_ITEM_TOO_LONG',
    ],
    [
      'an unknown item of type 256',
      { ...request, unknownItems: [{ itemType: 256, data: hex('') }] },
      'DCM_FIELD_RANGE',
    ],
    ['protocol version 65536', { ...request, protocolVersion: 65536 }, 'DCM_FIELD_RANGE'],
    [
      'rejection reason 256',
      { type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 256 },
      'DCM_FIELD_RANGE',
    ],
    ['abort source -1', { type: 'A-ABORT', source: -1, reason: 0 }, 'DCM_FIELD_RANGE'],
  ])('%s', (_, pdu, code) => {
    expect(() => encodePdu(pdu)).toThrow(expect.objectContaining({ name: 'UsageError', code }))
  })
})

test.each<[string, ControlPdu | UserInformation]>([
  ['result 256 does', { type: 'A-ASSOCIATE-RJ', result: 256, source: 1, reason: 1 }],
  ['source 256 does', { type: 'A-ASSOCIATE-RJ', result: 1, source: 256, reason: 1 }],
  ['reason 256 does', { type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 256 }],
  ['protocolVersion 65536 does', { ...request, protocolVersion: 65_536 }],
  ['the calledAeTitle is', { ...request, calledAeTitle: '' }],
  ['the callingAeTitle is', { ...request, callingAeTitle: '' }],
  ['maximumNumberOperationsInvoked -1 does', window(-1, 1)],
  ['maximumNumberOperationsPerformed -1 does', window(1, -1)],
  [
    'the sopClassUid is',
    { roleSelections: [{ sopClassUid: received('1..2'), scuRole: true, scpRole: true }] },
  ],
  ['the sopClassUid is', related('1..2', '1.2', '1.2')],
  ['the serviceClassUid is', related('1.2', '1..2', '1.2')],
  ['the relatedGeneralSopClassUid is', related('1.2', '1.2', '1..2')],
  ['userIdentityType 256 does', identity({ userIdentityType: 256, secondaryField: hex('') })],
  ['primaryField length 65536 does', identity({ primaryField: new Uint8Array(65_536) })],
  ['secondaryField length 65536 does', identity({ secondaryField: new Uint8Array(65_536) })],
  ['serverResponse length 65536 does', { userIdentityResponse: { serverResponse: new Uint8Array(65_536) } }],
])('the refusal begins with its field: %s', (field, pdu) => {
  expect(() => encodePdu('type' in pdu ? pdu : informing(pdu))).toThrow(`${field} not`)
})

test('an item may have 65535 bytes', () => {
  const unknownItems = [{ itemType: 0x99, data: new Uint8Array(65_535) }]
  expect(decodeAll(encodePdu({ ...request, unknownItems })).events).toEqual([{ ...request, unknownItems }])
})

test('an answer repeats the titles of the request, whatever they were', () => {
  const pdu: AssociateAc = { ...answer, calledAeTitle: '', callingAeTitle: 'A\\B\u00e9' }
  expect(decodeAll(encodePdu(pdu)).events).toEqual([pdu])
})

test('a refusal without a UID is sent with Implicit VR Little Endian', () => {
  const bytes = encodePdu(answerWith({ result: 3, transferSyntax: '' }))
  expect(decodeAll(bytes).events).toEqual([answerWith({ result: 3 })])
})

describe('encodePDataTf', () => {
  const pdv = (change: Partial<Pdv>): Pdv => ({
    presentationContextId: 1,
    isCommand: false,
    isLast: false,
    data: [],
    ...change,
  })

  test('a small payload is one run', () => {
    const runs = encodePDataTf([
      pdv({ isCommand: true, isLast: true, data: [new Uint8Array(1000), new Uint8Array(24)] }),
    ])
    expect(runs).toHaveLength(1)
    expect(runs[0]?.subarray(0, 12)).toEqual(hex('04 00 00 00 04 06 00 00 04 02 01 03'))
  })

  test('large content is handed on by reference, small content lies between the headers', () => {
    const [first, second] = [new Uint8Array(1000), new Uint8Array(100)]
    const runs = encodePDataTf([
      pdv({ isCommand: true, isLast: true, data: [hex("'command'")] }),
      pdv({ presentationContextId: 3, data: [first, second] }),
      pdv({ isLast: true }),
    ])
    expect(runs.map((run) => run.length)).toEqual([25, 1000, 100, 6])
    expect(runs[1]).toBe(first)
    expect(runs[2]).toBe(second)
    expect(join(...runs).subarray(0, 25)).toEqual(
      hex("04 00 00 00 04 65 00 00 00 09 01 03 'command' 00 00 04 4e 03 00"),
    )
    expect(runs[3]).toEqual(hex('00 00 00 02 01 02'))
  })

  test('several P-DATA-TFs have the bytes of each, and one run between large contents', () => {
    const large = new Uint8Array(1025)
    const pdus = [
      [pdv({ isCommand: true, isLast: true, data: [hex("'command'")] })],
      [pdv({ data: [large] })],
      [pdv({ data: [large] })],
      [pdv({ isLast: true, data: [hex("'e'"), hex("'nd'")] }), pdv({ presentationContextId: 3 })],
    ]
    const runs = encodePDataTfs(pdus)
    expect(runs.map((run) => run.length)).toEqual([31, 1025, 12, 1025, 21])
    expect(runs[1]).toBe(large)
    expect(runs[3]).toBe(large)
    expect(join(...runs)).toEqual(join(...pdus.flatMap(encodePDataTf)))
  })

  test('a PDV without content', () => {
    expect(encodePDataTf([pdv({ isLast: true })])).toEqual([hex('04 00 00 00 00 06 00 00 00 02 01 02')])
  })

  test('no PDU at all has no bytes', () => {
    expect(encodePDataTfs([])).toEqual([])
  })

  test('no PDV at all is refused', () => {
    expect(() => encodePDataTf([])).toThrow(expect.objectContaining({ code: 'DCM_PDV_MISSING' }))
  })

  test.each([0, 4, 257, 1.5, Number.NaN])(
    'context id %d is refused, wherever it stands',
    (presentationContextId) => {
      for (const pdvs of [
        [pdv({ presentationContextId })],
        [pdv({}), pdv({}), pdv({ presentationContextId })],
      ]) {
        expect(() => encodePDataTf(pdvs)).toThrow(
          expect.objectContaining({ code: 'DCM_PRESENTATION_CONTEXT_ID' }),
        )
      }
    },
  )

  test('more than 32 bits of length are refused, not wrapped', () => {
    const gibibyte = new Uint8Array(2 ** 30)
    const data = [gibibyte, gibibyte, gibibyte, gibibyte]
    expect(() => encodePDataTf([pdv({ data })])).toThrow(
      expect.objectContaining({ code: 'DCM_PDV_TOO_LONG' }),
    )
  })
})

test('an answer returns bytes 11 to 74 of its request, and a request makes its own', () => {
  const echoedFields = Uint8Array.from({ length: 64 }, (_, index) => index)
  expect(encodePdu({ ...answer, echoedFields }).subarray(10, 74)).toEqual(echoedFields)
  expect(encodePdu({ ...request, echoedFields })).toEqual(encodePdu(request))
})

test('an A-ABORT of the service-user is sent with reason 0, whatever was asked', () => {
  expect(Buffer.from(encodePdu({ type: 'A-ABORT', source: 0, reason: 5 })).toString('hex')).toBe(
    '07000000000400000000',
  )
  expect(Buffer.from(encodePdu({ type: 'A-ABORT', source: 2, reason: 5 })).toString('hex')).toBe(
    '07000000000400000205',
  )
})
