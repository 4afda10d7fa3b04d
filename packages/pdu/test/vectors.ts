import {
  type AssociateAc,
  type AssociateRq,
  DicomApplicationContext,
  ImplicitVRLittleEndian,
  type PduEvent,
  parseUid,
  type ReceivedUid,
  type UserInformation,
  Verification,
} from '@dcm/pdu'
import { acceptance, applicationContext, associate, hex, join, proposal, userInformation } from './hex.ts'

export interface Vector {
  readonly clause: string
  readonly name: string
  readonly bytes: Uint8Array
  readonly events: readonly PduEvent[]
  /** Whether the encoder writes these very bytes; not so where the receiver is lenient. */
  readonly canonical?: false
}

const titles = { protocolVersion: 1, calledAeTitle: 'OURS', callingAeTitle: 'THEIRS' }
const common = { ...titles, applicationContextName: DicomApplicationContext }

export const request: AssociateRq = {
  type: 'A-ASSOCIATE-RQ',
  ...common,
  presentationContexts: [
    { presentationContextId: 1, abstractSyntax: Verification, transferSyntaxes: [ImplicitVRLittleEndian] },
  ],
  userInformation: { maximumLength: 16384 },
}

export const answer: AssociateAc = {
  type: 'A-ASSOCIATE-AC',
  ...common,
  presentationContexts: [{ presentationContextId: 1, result: 0, transferSyntax: ImplicitVRLittleEndian }],
  userInformation: { maximumLength: 16384 },
}

const ctImageStorage = parseUid('1.2.840.10008.5.1.4.1.1.2')

/** A UID field with this text, which need not be a UID. */
export function received(text: string): ReceivedUid {
  return text as ReceivedUid
}

/** A request whose user information holds this one sub-item. */
function subItem(
  clause: string,
  name: string,
  item: string,
  value: UserInformation,
  canonical?: false,
): Vector {
  const length = hex(item).length
  const header = `50 00 ${(length >> 8).toString(16)} ${(length & 0xff).toString(16)}`
  return {
    clause,
    name,
    bytes: associate(0x01, applicationContext, proposal, `${header} ${item}`),
    events: [{ ...request, userInformation: value }],
    ...(canonical === false && { canonical }),
  }
}

export const vectors: readonly Vector[] = [
  {
    clause: 'PS3.8 9.3.2',
    name: 'A-ASSOCIATE-RQ, every byte',
    bytes: hex(`
      01 00 00 00 00 9b 00 01 00 00
      'OURS            ' 'THEIRS          '
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      10 00 00 15 '1.2.840.10008.3.1.1.1'
      20 00 00 2e 01 00 00 00
        30 00 00 11 '1.2.840.10008.1.1'
        40 00 00 11 '1.2.840.10008.1.2'
      50 00 00 08
        51 00 00 04 00 00 40 00`),
    events: [request],
  },
  {
    clause: 'PS3.8 9.3.2',
    name: 'A-ASSOCIATE-RQ with every reserved byte set, padded UIDs, items out of order and unknown ones',
    bytes: hex(`
      01 ff 00 00 00 ba ff ff ff ff
      '    OURS        ' 'THEIRS' 00 00 00 00 00 00 00 00 00 00
      ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff
      50 ff 00 0e
        5f ff 00 02 01 02
        51 ff 00 04 00 00 40 00
      aa ff 00 03 07 08 09
      20 ff 00 3b 01 ff ff ff
        40 ff 00 14 '1.2.840.10008.1.2' 00 00 20
        45 ff 00 01 00
        30 ff 00 12 '1.2.840.10008.1.1' 00
        70 00 00 00
      10 ff 00 16 '1.2.840.10008.3.1.1.1' 00
      ab ff 00 00`),
    events: [
      {
        ...request,
        protocolVersion: 0xffff,
        userInformation: {
          maximumLength: 16384,
          unknownSubItems: [{ itemType: 0x5f, data: hex('01 02') }],
        },
        unknownItems: [
          { itemType: 0xaa, data: hex('07 08 09') },
          { itemType: 0xab, data: hex('') },
        ],
        echoedFields: hex(`
          '    OURS        ' 'THEIRS' 00 00 00 00 00 00 00 00 00 00
          ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff`),
      },
    ],
    canonical: false,
  },
  {
    clause: 'PS3.8 9.3.2.2',
    name: 'contexts with many transfer syntaxes, with none, and with UIDs that are none',
    bytes: associate(
      0x01,
      applicationContext,
      "20 00 00 22 ff 00 00 00 30 00 00 03 '1.2' 40 00 00 03 '1.3' 40 00 00 04 '1.02' 40 00 00 04 '1..3'",
      "20 00 00 0b 03 00 00 00 30 00 00 03 '1.2'",
      "20 00 00 0f 05 00 00 00 30 00 00 00 40 00 00 03 '1.2'",
      userInformation,
    ),
    events: [
      {
        ...request,
        presentationContexts: [
          {
            presentationContextId: 255,
            abstractSyntax: received('1.2'),
            transferSyntaxes: ['1.3', '1.02', '1..3'].map(received),
          },
          { presentationContextId: 3, abstractSyntax: received('1.2'), transferSyntaxes: [] },
          { presentationContextId: 5, abstractSyntax: received(''), transferSyntaxes: [received('1.2')] },
        ],
      },
    ],
    canonical: false,
  },
  {
    clause: 'PS3.8 9.3.2',
    name: 'empty AE titles and an empty user information item',
    bytes: hex(`
      01 00 00 00 00 93 00 01 00 00
      '                ' 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      ${applicationContext} ${proposal} 50 00 00 00`),
    events: [
      {
        ...request,
        calledAeTitle: '',
        callingAeTitle: '',
        userInformation: {},
        echoedFields: join(hex("'                '"), new Uint8Array(48)),
      },
    ],
    canonical: false,
  },
  {
    clause: 'PS3.8 9.3.3',
    name: 'A-ASSOCIATE-AC, every byte',
    bytes: hex(`
      02 00 00 00 00 86 00 01 00 00
      'OURS            ' 'THEIRS          '
      00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
      10 00 00 15 '1.2.840.10008.3.1.1.1'
      21 00 00 19 01 00 00 00
        40 00 00 11 '1.2.840.10008.1.2'
      50 00 00 08
        51 00 00 04 00 00 40 00`),
    events: [answer],
  },
  {
    clause: 'PS3.8 9.3.3',
    name: 'A-ASSOCIATE-AC with every reserved byte set, padded UIDs, items out of order and unknown ones',
    bytes: hex(`
      02 ff 00 00 00 98 ff ff ff ff
      'A\\B' 00 00 00 00 00 00 00 00 00 00 00 00 00 ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff
      ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff
      50 ff 00 0d
        7f ff 00 01 2a
        51 ff 00 04 00 00 40 00
      22 ff 00 00
      21 ff 00 21 01 ff 00 ff
        60 ff 00 02 00 00
        40 ff 00 13 '1.2.840.10008.1.2' 00 20
      10 ff 00 16 '1.2.840.10008.3.1.1.1' 20`),
    events: [
      {
        ...answer,
        protocolVersion: 0xffff,
        calledAeTitle: 'A\\B',
        callingAeTitle: '\u00ff'.repeat(16),
        userInformation: { maximumLength: 16384, unknownSubItems: [{ itemType: 0x7f, data: hex('2a') }] },
        unknownItems: [{ itemType: 0x22, data: hex('') }],
      },
    ],
    canonical: false,
  },
  ...['', '1.2.', '1'.repeat(65)].map((name): Vector => ({
    clause: 'PS3.8 9.3.2.1',
    name: `application context name "${name}", which is no UID`,
    bytes: associate(
      0x01,
      `10 00 00 ${name.length.toString(16).padStart(2, '0')} '${name}'`,
      proposal,
      userInformation,
    ),
    events: [{ ...request, applicationContextName: received(name) }],
    canonical: false,
  })),
  {
    clause: 'PS3.8 9.3.3.2',
    name: 'every result, each with a transfer syntax',
    bytes: associate(
      0x02,
      applicationContext,
      acceptance,
      ...[1, 2, 3, 4].map(
        (result) => `21 00 00 0b 0${String(result * 2 + 1)} 00 0${String(result)} 00 40 00 00 03 '1.9'`,
      ),
      userInformation,
    ),
    events: [
      {
        ...answer,
        presentationContexts: [
          { presentationContextId: 1, result: 0, transferSyntax: ImplicitVRLittleEndian },
          { presentationContextId: 3, result: 1, transferSyntax: parseUid('1.9') },
          { presentationContextId: 5, result: 2, transferSyntax: parseUid('1.9') },
          { presentationContextId: 7, result: 3, transferSyntax: parseUid('1.9') },
          { presentationContextId: 9, result: 4, transferSyntax: parseUid('1.9') },
        ],
      },
    ],
  },
  {
    clause: 'PS3.8 9.3.3.2',
    name: 'refusals with nothing, garbage, half an item and an empty UID for a transfer syntax; accepted ones with two and none',
    bytes: associate(
      0x02,
      applicationContext,
      '21 00 00 04 01 00 01 00',
      '21 00 00 07 03 ff 02 ff 40 00 00',
      "21 00 00 09 05 00 03 00 40 00 ff ff '1'",
      "21 00 00 09 07 00 04 00 40 00 00 01 'x'",
      "21 00 00 12 09 ff 00 ff 40 00 00 03 '1.2' 40 00 00 03 '1.3'",
      '21 00 00 04 0b 00 00 00',
      "21 00 00 09 0d 00 00 00 30 00 00 01 '1'",
      userInformation,
    ),
    events: [
      {
        ...answer,
        presentationContexts: [
          { presentationContextId: 1, result: 1, transferSyntax: ImplicitVRLittleEndian },
          { presentationContextId: 3, result: 2, transferSyntax: ImplicitVRLittleEndian },
          { presentationContextId: 5, result: 3, transferSyntax: received('1') },
          { presentationContextId: 7, result: 4, transferSyntax: ImplicitVRLittleEndian },
          { presentationContextId: 9, result: 0, transferSyntax: received('1.2') },
          { presentationContextId: 11, result: 0, transferSyntax: received('') },
          { presentationContextId: 13, result: 0, transferSyntax: received('') },
        ],
      },
    ],
    canonical: false,
  },
  subItem('PS3.8 D.1', '51H maximum length, unlimited', '51 00 00 04 00 00 00 00', { maximumLength: 0 }),
  subItem('PS3.8 D.1', '51H maximum length, largest', '51 00 00 04 ff ff ff ff', {
    maximumLength: 4294967295,
  }),
  subItem('PS3.7 D.3.3.2.1', '52H implementation class UID', "52 00 00 07 '1.2.3.4'", {
    implementationClassUid: parseUid('1.2.3.4'),
  }),
  subItem('PS3.7 D.3.3.3', '53H asynchronous operations window', '53 00 00 04 00 05 01 02', {
    asynchronousOperationsWindow: {
      maximumNumberOperationsInvoked: 5,
      maximumNumberOperationsPerformed: 258,
    },
  }),
  subItem(
    'PS3.7 D.3.3.4',
    '54H role selection, twice',
    "54 00 00 07 00 03 '1.2' 00 01 54 00 00 07 00 03 '1.3' 01 00",
    {
      roleSelections: [
        { sopClassUid: parseUid('1.2'), scuRole: false, scpRole: true },
        { sopClassUid: parseUid('1.3'), scuRole: true, scpRole: false },
      ],
    },
  ),
  subItem(
    'PS3.7 D.3.3.4',
    '54H role selection, with roles that are neither 0 nor 1',
    "54 00 00 07 00 03 '1.2' 02 01",
    { roleSelections: [{ sopClassUid: parseUid('1.2'), scuRole: false, scpRole: true }] },
    false,
  ),
  subItem(
    'PS3.7 D.3.3.4',
    '54H role selection with a padded UID, an empty one, one that is too long, twice for one UID, and bytes behind',
    `54 ff 00 08 00 04 '1.2' 00 01 01 54 00 00 04 00 00 01 00
     54 00 00 46 00 41 '${'1'.repeat(65)}' 00 00 07 54 00 00 07 00 03 '1.2' 00 00`,
    {
      roleSelections: [
        { sopClassUid: parseUid('1.2'), scuRole: true, scpRole: true },
        { sopClassUid: received(''), scuRole: true, scpRole: false },
        { sopClassUid: received('1'.repeat(65)), scuRole: false, scpRole: false },
        { sopClassUid: parseUid('1.2'), scuRole: false, scpRole: false },
      ],
    },
    false,
  ),
  subItem(
    'PS3.7 D.3.3',
    '52H empty, 53H with zeros behind a 55H, reserved bytes set, no maximum length',
    "55 ff 00 01 'V' 53 ff 00 04 00 00 00 00 52 ff 00 00",
    {
      implementationClassUid: received(''),
      implementationVersionName: 'V',
      asynchronousOperationsWindow: {
        maximumNumberOperationsInvoked: 0,
        maximumNumberOperationsPerformed: 0,
      },
    },
    false,
  ),
  subItem(
    'PS3.7 D.3.3.6',
    '57H common extended negotiation with padded and empty UIDs',
    "57 00 00 16 00 04 '1.2' 00 00 04 '1.3' 20 00 08 00 04 '1.4' 00 00 00",
    {
      commonExtendedNegotiations: [
        {
          sopClassUid: parseUid('1.2'),
          serviceClassUid: parseUid('1.3'),
          relatedGeneralSopClassUids: [received('1.4'), received('')],
        },
      ],
    },
    false,
  ),
  subItem('PS3.7 D.3.3.2.3', '55H implementation version name', "55 00 00 09 'ACME_1.0x'", {
    implementationVersionName: 'ACME_1.0x',
  }),
  subItem(
    'PS3.7 D.3.3.2.3',
    '55H implementation version name, too long and padded',
    "55 00 00 14 'ACME_1.0_AND_MORE_' 00 00",
    { implementationVersionName: 'ACME_1.0_AND_MORE_' },
    false,
  ),
  subItem(
    'PS3.7 D.3.3.2.3',
    '55H implementation version name, empty',
    '55 00 00 00',
    { implementationVersionName: '' },
    false,
  ),
  subItem(
    'PS3.7 D.3.3.5',
    '56H extended negotiation, twice',
    "56 00 00 08 00 03 '1.2' 01 00 01 56 00 00 05 00 03 '1.3'",
    {
      extendedNegotiations: [
        { sopClassUid: parseUid('1.2'), serviceClassApplicationInformation: hex('01 00 01') },
        { sopClassUid: parseUid('1.3'), serviceClassApplicationInformation: hex('') },
      ],
    },
  ),
  subItem(
    'PS3.7 D.3.3.6',
    '57H common extended negotiation',
    `57 00 00 39 00 19 '1.2.840.10008.5.1.4.1.1.2' 00 11 '1.2.840.10008.4.2' 00 09 00 03 '1.2' 00 02 '13'
     57 00 00 0c 00 03 '1.2' 00 03 '1.3' 00 00`,
    {
      commonExtendedNegotiations: [
        {
          sopClassUid: ctImageStorage,
          serviceClassUid: parseUid('1.2.840.10008.4.2'),
          relatedGeneralSopClassUids: [parseUid('1.2'), parseUid('13')],
        },
        { sopClassUid: parseUid('1.2'), serviceClassUid: parseUid('1.3'), relatedGeneralSopClassUids: [] },
      ],
    },
  ),
  subItem(
    'PS3.7 D.3.3.6',
    '57H common extended negotiation of a later version, with fields to ignore',
    "57 01 00 0f 00 03 '1.2' 00 03 '1.3' 00 00 01 02 03",
    {
      commonExtendedNegotiations: [
        { sopClassUid: parseUid('1.2'), serviceClassUid: parseUid('1.3'), relatedGeneralSopClassUids: [] },
      ],
    },
    false,
  ),
  subItem('PS3.7 D.3.3.7.1', '58H user identity', "58 00 00 0b 02 01 00 03 'ann' 00 02 'pw'", {
    userIdentity: {
      userIdentityType: 2,
      positiveResponseRequested: true,
      primaryField: hex("'ann'"),
      secondaryField: hex("'pw'"),
    },
  }),
  subItem('PS3.7 D.3.3.7.1', '58H user identity of a type yet unknown', "58 00 00 07 09 00 00 01 'x' 00 00", {
    userIdentity: {
      userIdentityType: 9,
      positiveResponseRequested: false,
      primaryField: hex("'x'"),
      secondaryField: hex(''),
    },
  }),
  ...[1, 3, 4, 5].map((userIdentityType) =>
    subItem(
      'PS3.7 D.3.3.7.1',
      `58H user identity of type ${String(userIdentityType)}`,
      `58 00 00 07 0${String(userIdentityType)} 01 00 01 'x' 00 00`,
      {
        userIdentity: {
          userIdentityType,
          positiveResponseRequested: true,
          primaryField: hex("'x'"),
          secondaryField: hex(''),
        },
      },
    ),
  ),
  subItem(
    'PS3.7 D.3.3.7.1',
    '58H user identity of type 1 with a secondary field, a response request that is neither 0 nor 1, and bytes behind',
    "58 ff 00 0a 01 02 00 01 'x' 00 02 'pw' 00",
    {
      userIdentity: {
        userIdentityType: 1,
        positiveResponseRequested: false,
        primaryField: hex("'x'"),
        secondaryField: hex("'pw'"),
      },
    },
    false,
  ),
  subItem(
    'PS3.7 D.3.3.7.1',
    '58H user identity of type 2 with empty fields',
    '58 00 00 06 02 00 00 00 00 00',
    {
      userIdentity: {
        userIdentityType: 2,
        positiveResponseRequested: false,
        primaryField: hex(''),
        secondaryField: hex(''),
      },
    },
  ),
  {
    clause: 'PS3.7 D.3.3',
    name: 'sub-items of a request in an answer',
    bytes: associate(
      0x02,
      applicationContext,
      acceptance,
      "50 00 00 18 57 00 00 0a 00 03 '1.2' 00 01 '1' 00 00 58 00 00 06 02 00 00 00 00 00",
    ),
    events: [
      {
        ...answer,
        userInformation: {
          commonExtendedNegotiations: [
            {
              sopClassUid: parseUid('1.2'),
              serviceClassUid: received('1'),
              relatedGeneralSopClassUids: [],
            },
          ],
          userIdentity: {
            userIdentityType: 2,
            positiveResponseRequested: false,
            primaryField: hex(''),
            secondaryField: hex(''),
          },
        },
      },
    ],
    canonical: false,
  },
  subItem(
    'PS3.7 D.3.3',
    'sub-item of an answer in a request',
    '59 00 00 02 00 00',
    { userIdentityResponse: { serverResponse: hex('') } },
    false,
  ),
  {
    clause: 'PS3.7 D.3.3.7.2',
    name: '59H user identity response, empty, and bytes behind it',
    bytes: associate(0x02, applicationContext, acceptance, '50 00 00 07 59 ff 00 03 00 00 07'),
    events: [{ ...answer, userInformation: { userIdentityResponse: { serverResponse: hex('') } } }],
    canonical: false,
  },
  {
    clause: 'PS3.7 D.3.3.7.2',
    name: '59H user identity response',
    bytes: associate(0x02, applicationContext, acceptance, '50 00 00 08 59 00 00 04 00 02 ca fe'),
    events: [{ ...answer, userInformation: { userIdentityResponse: { serverResponse: hex('ca fe') } } }],
  },
  {
    clause: 'PS3.8 9.3.4',
    name: 'A-ASSOCIATE-RJ',
    bytes: hex('03 00 00 00 00 04 00 01 01 07'),
    events: [{ type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 7 }],
  },
  {
    clause: 'PS3.8 9.3.4',
    name: 'A-ASSOCIATE-RJ with values that are not defined',
    bytes: hex('03 ff 00 00 00 04 ff 09 08 07'),
    events: [{ type: 'A-ASSOCIATE-RJ', result: 9, source: 8, reason: 7 }],
    canonical: false,
  },
  {
    clause: 'PS3.8 9.3.5',
    name: 'P-DATA-TF with a command, an empty PDV and the last of a data set, odd control bits set',
    bytes: hex("04 00 00 00 00 19 00 00 00 05 01 01 'abc' 00 00 00 02 03 00 00 00 00 06 05 fe 'defg'"),
    events: [
      { type: 'P-DATA-TF', length: 25 },
      pdv(1, true, false, 'abc', false),
      pdv(3, false, false, '', false),
      pdv(5, false, true, 'defg', true),
    ],
    canonical: false,
  },
  {
    clause: 'PS3.8 9.3.5',
    name: 'P-DATA-TF with nothing but an empty PDV',
    bytes: hex('04 00 00 00 00 06 00 00 00 02 07 03'),
    events: [{ type: 'P-DATA-TF', length: 6 }, pdv(7, true, true, '', true)],
    canonical: false,
  },
  {
    clause: 'PS3.8 9.3.5',
    name: 'P-DATA-TF with the reserved byte set and an even context id, for the association to judge',
    bytes: hex("04 ff 00 00 00 08 00 00 00 04 02 02 'ab'"),
    events: [{ type: 'P-DATA-TF', length: 8 }, pdv(2, false, true, 'ab', true)],
    canonical: false,
  },
  {
    clause: 'PS3.8 9.3.6',
    name: 'A-RELEASE-RQ, reserved bytes set',
    bytes: hex('05 ff 00 00 00 04 ff ff ff ff'),
    events: [{ type: 'A-RELEASE-RQ' }],
    canonical: false,
  },
  {
    clause: 'PS3.8 9.3.6',
    name: 'A-RELEASE-RQ',
    bytes: hex('05 00 00 00 00 04 00 00 00 00'),
    events: [{ type: 'A-RELEASE-RQ' }],
  },
  {
    clause: 'PS3.8 9.3.7',
    name: 'A-RELEASE-RP, reserved bytes set',
    bytes: hex('06 ff 00 00 00 04 ff ff ff ff'),
    events: [{ type: 'A-RELEASE-RP' }],
    canonical: false,
  },
  {
    clause: 'PS3.8 9.3.7',
    name: 'A-RELEASE-RP',
    bytes: hex('06 00 00 00 00 04 00 00 00 00'),
    events: [{ type: 'A-RELEASE-RP' }],
  },
  {
    clause: 'PS3.8 9.3.8',
    name: 'A-ABORT',
    bytes: hex('07 00 00 00 00 04 00 00 02 06'),
    events: [{ type: 'A-ABORT', source: 2, reason: 6 }],
  },
  {
    clause: 'PS3.8 9.3.8',
    name: 'A-ABORT with values that are not defined',
    bytes: hex('07 ff 00 00 00 04 ff ff 01 ff'),
    events: [{ type: 'A-ABORT', source: 1, reason: 255 }],
    canonical: false,
  },
]

function pdv(
  presentationContextId: number,
  isCommand: boolean,
  isLast: boolean,
  data: string,
  endOfPdu: boolean,
): PduEvent {
  return {
    type: 'PDV',
    presentationContextId,
    isCommand,
    isLast,
    data: hex(`'${data}'`),
    endOfPdv: true,
    endOfPdu,
  }
}
