import { describeAssociation, printable, summarizePdu } from '@dcm/association'
import {
  type ControlPdu,
  encodePdu,
  ExplicitVRLittleEndian,
  ImplicitVRLittleEndian,
  PduDecoder,
  parseUid,
  uidOf,
  type UserInformation,
  Verification,
} from '@dcm/pdu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answer, received, request } from './association-pdus.ts'

const CTImageStorage = uidOf('CTImageStorage')
const text = (value: string): Uint8Array => new TextEncoder().encode(value)

describe('describeAssociation', () => {
  const asked = request(
    [
      [CTImageStorage, uidOf('JPEG2000'), ExplicitVRLittleEndian],
      [Verification, ImplicitVRLittleEndian],
      ['1.2.3', ImplicitVRLittleEndian],
    ],
    {
      maximumLength: 16384,
      implementationClassUid: parseUid('1.2.276.0.7230010.3.0.3.6.7'),
      implementationVersionName: 'OFFIS_DCMTK_367',
      asynchronousOperationsWindow: {
        maximumNumberOperationsInvoked: 5,
        maximumNumberOperationsPerformed: 0,
      },
      roleSelections: [{ sopClassUid: CTImageStorage, scuRole: true, scpRole: true }],
      extendedNegotiations: [
        { sopClassUid: CTImageStorage, serviceClassApplicationInformation: Uint8Array.of(1, 0, 0xab) },
      ],
      commonExtendedNegotiations: [
        {
          sopClassUid: parseUid('1.2.3'),
          serviceClassUid: parseUid('1.2.840.10008.4.2'),
          relatedGeneralSopClassUids: [CTImageStorage],
        },
      ],
      userIdentity: {
        userIdentityType: 2,
        positiveResponseRequested: true,
        primaryField: text('jdoe'),
        secondaryField: text('hunter2'),
      },
      unknownSubItems: [{ itemType: 0x5a, data: text('secret') }],
    },
  )

  it('prints a request with names, roles and lengths', () => {
    expect(describeAssociation(asked).split('\n')).toEqual([
      'A-ASSOCIATE-RQ',
      '  Protocol version: 0001H',
      '  Calling AE title: "MODALITY"',
      '  Called AE title: "ARCHIVE"',
      '  Application context: DICOM Application Context Name (1.2.840.10008.3.1.1.1)',
      '  Maximum length: 16384 bytes',
      '  Implementation class UID: 1.2.276.0.7230010.3.0.3.6.7',
      '  Implementation version name: "OFFIS_DCMTK_367"',
      '  Asynchronous operations window: 5 invoked, unlimited performed',
      '  Role selection: CT Image Storage (1.2.840.10008.5.1.4.1.1.2): SCU and SCP',
      '  Extended negotiation: CT Image Storage (1.2.840.10008.5.1.4.1.1.2): 0100ab',
      '  Common extended negotiation: 1.2.3: service class Storage Service Class (1.2.840.10008.4.2), related general SOP classes: 1',
      '  User identity: type 2 (username and passcode), primary field 4 bytes, secondary field 7 bytes (not shown), positive response requested',
      '  Unknown sub-item 5AH: 6 bytes',
      '  Presentation contexts: 3',
      '    1: CT Image Storage (1.2.840.10008.5.1.4.1.1.2)',
      "      requestor's roles: SCU and SCP",
      '      JPEG 2000 Image Compression (1.2.840.10008.1.2.4.91)',
      '      Explicit VR Little Endian (1.2.840.10008.1.2.1)',
      '    3: Verification SOP Class (1.2.840.10008.1.1)',
      "      requestor's roles: default",
      '      Implicit VR Little Endian (1.2.840.10008.1.2)',
      '    5: 1.2.3',
      "      requestor's roles: default",
      '      Implicit VR Little Endian (1.2.840.10008.1.2)',
    ])
  })

  it('prints an answer behind it, with what was not answered and what was not asked', () => {
    const given = answer(
      [
        [1, 0, ExplicitVRLittleEndian],
        [3, 3, ImplicitVRLittleEndian],
        [9, 0, ImplicitVRLittleEndian],
      ],
      { maximumLength: 0, userIdentityResponse: { serverResponse: text('ticket') } },
    )
    const lines = describeAssociation(asked, given).split('\n')
    expect(lines.slice(lines.indexOf('A-ASSOCIATE-AC'))).toEqual([
      'A-ASSOCIATE-AC',
      '  Maximum length: unlimited',
      '  Implementation class UID: not given',
      '  Implementation version name: not given',
      '  User identity response: 6 bytes (not shown)',
      '  Presentation contexts: 2 of 3 accepted',
      '    1: CT Image Storage (1.2.840.10008.5.1.4.1.1.2)',
      '      accepted: Explicit VR Little Endian (1.2.840.10008.1.2.1)',
      '    3: Verification SOP Class (1.2.840.10008.1.1)',
      '      refused: abstract-syntax-not-supported',
      '    9: not proposed',
      '      accepted: Implicit VR Little Endian (1.2.840.10008.1.2)',
      '    5: 1.2.3',
      '      not answered',
    ])
  })

  it('prints a rejection or an abort behind it', () => {
    const rejected = describeAssociation(asked, { type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 7 })
    expect(rejected).toMatch(
      /\nA-ASSOCIATE-RJ\n {2}rejected-permanent, service-user, called-AE-title-not-recognized$/,
    )
    expect(describeAssociation(asked, { type: 'A-ABORT', source: 2, reason: 2 })).toMatch(
      /\nA-ABORT\n {2}service-provider, unexpected-PDU$/,
    )
  })

  it('shows no field of a user identity', () => {
    const described = describeAssociation(asked)
    for (const secret of ['jdoe', 'hunter2', 'secret', '68756e74657232', '6a646f65']) {
      expect(described).not.toContain(secret)
    }
    const token = (userIdentityType: number): UserInformation => ({
      userIdentity: {
        userIdentityType,
        positiveResponseRequested: false,
        primaryField: text('eyJhbGciOi'),
        secondaryField: new Uint8Array(),
      },
    })
    expect(describeAssociation(request([], token(5)))).toContain(
      'type 5 (JSON web token), primary field 10 bytes, secondary field 0 bytes (not shown), positive response not requested',
    )
    expect(describeAssociation(request([], token(77)))).toContain('type 77 (unknown), primary field 10 bytes')
  })

  it('prints a proposal of no role as what it is', () => {
    const odd = request([[Verification, ImplicitVRLittleEndian]], {
      roleSelections: [{ sopClassUid: Verification, scuRole: false, scpRole: false }],
    })
    expect(describeAssociation(odd)).toContain("requestor's roles: neither SCU nor SCP")
  })

  it('lets no peer write lines of its own', () => {
    const evil = 'X"\r\n\x1b[2J\\A-ASSOCIATE-AC'
    const described = describeAssociation(
      {
        ...request([[evil, evil]], {
          implementationClassUid: received(evil),
          implementationVersionName: evil,
          roleSelections: [{ sopClassUid: received(evil), scuRole: true, scpRole: false }],
        }),
        callingAeTitle: evil,
        calledAeTitle: evil,
        applicationContextName: received(evil),
      },
      answer([[1, 0, evil]], { implementationVersionName: evil }),
    )
    expect(described).toMatch(/^[\n -~]*$/)
    expect(described.split('\n').filter((line) => line === 'A-ASSOCIATE-AC')).toHaveLength(1)
    expect(described).toContain(String.raw`Calling AE title: "X\x22\x0d\x0a\x1b[2J\x5cA-ASSOCIATE-AC"`)
    expect(described).toContain(String.raw`1: "X\x22\x0d\x0a\x1b[2J\x5cA-ASSOCIATE-AC", which is not a UID`)
  })

  it('is bounded, whatever a peer puts into one request', () => {
    const many = Array.from({ length: 5000 }, (_, index) => `1.2.${String(index)}`)
    const described = describeAssociation(
      request([[Verification, ...many]], {
        implementationVersionName: 'x'.repeat(60_000),
        roleSelections: many.map((uid) => ({ sopClassUid: received(uid), scuRole: true, scpRole: true })),
        extendedNegotiations: [
          { sopClassUid: Verification, serviceClassApplicationInformation: new Uint8Array(60_000) },
        ],
      }),
    )
    expect(described.split('\n').length).toBeLessThan(250)
    expect(described.length).toBeLessThan(20_000)
    expect(described).toContain('… and 4936 more')
    expect(described).toContain('… and 4872 more')
    expect(described).toContain(`: ${'00'.repeat(32)}… (60000 bytes)`)
  })
})

describe('summarizePdu', () => {
  it.each<[string, Parameters<typeof summarizePdu>[0]]>([
    [
      'A-ASSOCIATE-RQ MODALITY -> ARCHIVE, 1 presentation contexts',
      request([[Verification, ImplicitVRLittleEndian]]),
    ],
    [
      'A-ASSOCIATE-AC 1 of 2 presentation contexts accepted',
      answer([
        [1, 0, ImplicitVRLittleEndian],
        [3, 4, ImplicitVRLittleEndian],
      ]),
    ],
    [
      'A-ASSOCIATE-RJ rejected-transient, service-provider (presentation), local-limit-exceeded',
      { type: 'A-ASSOCIATE-RJ', result: 2, source: 3, reason: 2 },
    ],
    [
      'A-ASSOCIATE-RJ result 9, source 8, reason 7',
      { type: 'A-ASSOCIATE-RJ', result: 9, source: 8, reason: 7 },
    ],
    ['A-RELEASE-RQ', { type: 'A-RELEASE-RQ' }],
    ['A-RELEASE-RP', { type: 'A-RELEASE-RP' }],
    ['A-ABORT service-user', { type: 'A-ABORT', source: 0, reason: 3 }],
    ['A-ABORT service-provider, invalid-PDU-parameter-value', { type: 'A-ABORT', source: 2, reason: 6 }],
    ['A-ABORT service-provider, reason 3', { type: 'A-ABORT', source: 2, reason: 3 }],
    ['A-ABORT source 1, unrecognized-PDU', { type: 'A-ABORT', source: 1, reason: 1 }],
    ['P-DATA-TF 16384 bytes', { type: 'P-DATA-TF', length: 16384 }],
    ['PDV context 1, last command fragment, 4 bytes', pdv(true, true)],
    ['PDV context 1, data set fragment, 4 bytes', pdv(false, false)],
  ])('%s', (summary, pdu) => {
    expect(summarizePdu(pdu)).toBe(summary)
  })

  function pdv(isCommand: boolean, isLast: boolean) {
    const data = text('DOE^')
    return {
      type: 'PDV',
      presentationContextId: 1,
      isCommand,
      isLast,
      data,
      endOfPdv: true,
      endOfPdu: true,
    } as const
  }

  it('is one short line of printable characters, whatever bytes stand in the titles', () => {
    const plain = encodePdu(request([[Verification, ImplicitVRLittleEndian]]))
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (titles) => {
        const bytes = Uint8Array.from(plain)
        bytes.set(titles, 10)
        const decoder = new PduDecoder()
        decoder.push(bytes)
        const pdu = decoder.next() as ControlPdu
        expect(summarizePdu(pdu)).toMatch(/^[ -~…]{1,256}$/)
      }),
    )
  })
})

describe('printable', () => {
  it.each([
    ['plain', 'plain'],
    ['', ''],
    ['a\nb', String.raw`a\x0ab`],
    ['a\\nb', String.raw`a\x5cnb`],
    ['\x00\x7f\xff', String.raw`\x00\x7f\xff`],
    ['\u2028😀', String.raw`\u2028\ud83d\ude00`],
  ])('%j', (raw, shown) => {
    expect(printable(raw)).toBe(shown)
  })

  it('shortens between characters, not in the middle of an escape', () => {
    expect(printable('abcdef', 4)).toBe('abcd…')
    expect(printable('abc\n', 6)).toBe('abc…')
    expect(printable('abc\n', 7)).toBe(String.raw`abc\x0a`)
    expect(printable('x'.repeat(65))).toBe(`${'x'.repeat(64)}…`)
  })
})
