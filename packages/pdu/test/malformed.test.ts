import { PduDecodeError } from '@dcm/pdu'
import { expect, test } from 'vitest'
import { decodeAll } from './decode-all.ts'
import { acceptance, applicationContext, associate, hex, proposal, userInformation } from './hex.ts'

interface Malformed {
  readonly name: string
  readonly bytes: Uint8Array
  readonly code: string
  readonly reason?: number
  readonly at: number
}

/** A request with this 50H item. The first sub-item stands at 153, its content at 157. */
const withUserInformation = (item: string) => associate(0x01, applicationContext, proposal, item)
/** A request with these presentation contexts: the first item stands at 99, its content at 103. */
const withContexts = (...items: string[]) => associate(0x01, applicationContext, ...items, userInformation)
/** An answer with these presentation contexts: the first item stands at 99, its content at 103. */
const withAnswers = (...items: string[]) => associate(0x02, applicationContext, ...items, userInformation)

const cases: readonly Malformed[] = [
  // PS3.8 9.3.1: PDU types
  { name: 'PDU type 00H', bytes: hex('00'), code: 'DCM_PDU_TYPE', reason: 1, at: 0 },
  { name: 'PDU type 08H', bytes: hex('08 00 00'), code: 'DCM_PDU_TYPE', reason: 1, at: 0 },
  { name: 'PDU type FFH', bytes: hex('ff ff ff ff ff ff ff'), code: 'DCM_PDU_TYPE', reason: 1, at: 0 },
  { name: 'an HTTP request', bytes: hex("'GET / HTTP/1.1'"), code: 'DCM_PDU_TYPE', reason: 1, at: 0 },
  { name: 'a TLS ClientHello', bytes: hex('16 03 01 02 00 01'), code: 'DCM_PDU_TYPE', reason: 1, at: 0 },
  {
    name: 'an unknown type behind a good PDU',
    bytes: hex('05 00 00 00 00 04 00 00 00 00 0a'),
    code: 'DCM_PDU_TYPE',
    reason: 1,
    at: 10,
  },
  // PS3.8 9.3.2 to 9.3.8: PDU lengths
  { name: 'A-ASSOCIATE-RQ of 67 bytes', bytes: hex('01 00 00 00 00 43'), code: 'DCM_PDU_LENGTH', at: 2 },
  { name: 'A-ASSOCIATE-AC of 0 bytes', bytes: hex('02 00 00 00 00 00'), code: 'DCM_PDU_LENGTH', at: 2 },
  {
    name: 'A-ASSOCIATE-RQ of FFFFFFFFH bytes',
    bytes: hex('01 00 ff ff ff ff'),
    code: 'DCM_PDU_TOO_LONG',
    at: 2,
  },
  { name: 'A-ASSOCIATE-AC over the limit', bytes: hex('02 00 00 10 00 01'), code: 'DCM_PDU_TOO_LONG', at: 2 },
  { name: 'A-ASSOCIATE-RJ of 3 bytes', bytes: hex('03 00 00 00 00 03'), code: 'DCM_PDU_LENGTH', at: 2 },
  { name: 'P-DATA-TF of 0 bytes', bytes: hex('04 00 00 00 00 00'), code: 'DCM_PDU_LENGTH', at: 2 },
  { name: 'P-DATA-TF of 5 bytes', bytes: hex('04 00 00 00 00 05'), code: 'DCM_PDU_LENGTH', at: 2 },
  { name: 'A-RELEASE-RQ of 0 bytes', bytes: hex('05 00 00 00 00 00'), code: 'DCM_PDU_LENGTH', at: 2 },
  { name: 'A-RELEASE-RP of 5 bytes', bytes: hex('06 00 00 00 00 05'), code: 'DCM_PDU_LENGTH', at: 2 },
  { name: 'A-ABORT of FFFFFFFFH bytes', bytes: hex('07 00 ff ff ff ff'), code: 'DCM_PDU_LENGTH', at: 2 },
  // PS3.8 9.3.5.1: PDV lengths
  {
    name: 'PDV of 0 bytes',
    bytes: hex('04 00 00 00 00 06 00 00 00 00 01 03'),
    code: 'DCM_PDU_PDV_LENGTH',
    at: 6,
  },
  {
    name: 'PDV of 1 byte',
    bytes: hex('04 00 00 00 00 06 00 00 00 01 01 03'),
    code: 'DCM_PDU_PDV_LENGTH',
    at: 6,
  },
  {
    name: 'PDV longer than its PDU',
    bytes: hex('04 00 00 00 00 06 00 00 00 03 01 03'),
    code: 'DCM_PDU_PDV_LENGTH',
    at: 6,
  },
  {
    name: 'PDV of FFFFFFFFH bytes',
    bytes: hex('04 00 00 00 00 06 ff ff ff ff 01 03'),
    code: 'DCM_PDU_PDV_LENGTH',
    at: 6,
  },
  {
    name: 'PDV that leaves too little for another',
    bytes: hex('04 00 00 00 00 0b 00 00 00 02 01 03'),
    code: 'DCM_PDU_PDV_LENGTH',
    at: 6,
  },
  {
    name: 'second PDV longer than its PDU',
    bytes: hex("04 00 00 00 00 0d 00 00 00 03 01 01 'a' 00 00 00 03 01 03"),
    code: 'DCM_PDU_PDV_LENGTH',
    at: 13,
  },
  // PS3.8 9.3.2: items
  { name: 'no items', bytes: associate(0x01), code: 'DCM_PDU_ITEM_MISSING', at: 74 },
  {
    name: 'no application context',
    bytes: associate(0x01, proposal, userInformation),
    code: 'DCM_PDU_ITEM_MISSING',
    at: 74,
  },
  { name: 'no presentation context', bytes: withContexts(), code: 'DCM_PDU_ITEM_MISSING', at: 74 },
  {
    name: 'no presentation context in an answer',
    bytes: withAnswers(),
    code: 'DCM_PDU_ITEM_MISSING',
    at: 74,
  },
  {
    name: 'no user information',
    bytes: associate(0x02, applicationContext, acceptance),
    code: 'DCM_PDU_ITEM_MISSING',
    at: 74,
  },
  {
    name: 'two application contexts',
    bytes: associate(0x01, applicationContext, applicationContext, proposal, userInformation),
    code: 'DCM_PDU_ITEM_REPEATED',
    at: 99,
  },
  {
    name: 'two user information items',
    bytes: associate(0x01, applicationContext, userInformation, userInformation, proposal),
    code: 'DCM_PDU_ITEM_REPEATED',
    at: 111,
  },
  {
    name: 'a 21H item in a request',
    bytes: withContexts(acceptance),
    code: 'DCM_PDU_ITEM_UNEXPECTED',
    reason: 5,
    at: 99,
  },
  {
    name: 'a 20H item in an answer',
    bytes: withAnswers(proposal),
    code: 'DCM_PDU_ITEM_UNEXPECTED',
    reason: 5,
    at: 99,
  },
  { name: 'half an item header', bytes: associate(0x01, '10 00 00'), code: 'DCM_PDU_ITEM_LENGTH', at: 76 },
  { name: 'an item type alone', bytes: associate(0x01, '10'), code: 'DCM_PDU_ITEM_LENGTH', at: 75 },
  {
    name: 'an item longer than its PDU',
    bytes: associate(0x01, '10 00 00 02 31'),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 78,
  },
  {
    name: 'an unknown item longer than its PDU',
    bytes: associate(0x01, 'aa 00 ff ff 31'),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 78,
  },
  // PS3.8 9.3.2.2 and 9.3.3.2: presentation contexts
  {
    name: 'context id 0',
    bytes: withContexts(proposal.replace('2e 01', '2e 00')),
    code: 'DCM_PDU_CONTEXT_ID',
    at: 103,
  },
  {
    name: 'context id 2',
    bytes: withContexts(proposal.replace('2e 01', '2e 02')),
    code: 'DCM_PDU_CONTEXT_ID',
    at: 103,
  },
  { name: 'context id twice', bytes: withContexts(proposal, proposal), code: 'DCM_PDU_CONTEXT_ID', at: 153 },
  {
    name: 'context id 254 in an answer',
    bytes: withAnswers(acceptance.replace('19 01', '19 fe')),
    code: 'DCM_PDU_CONTEXT_ID',
    at: 103,
  },
  {
    name: 'context id twice in an answer',
    bytes: withAnswers(acceptance, acceptance),
    code: 'DCM_PDU_CONTEXT_ID',
    at: 132,
  },
  { name: 'context of 0 bytes', bytes: withContexts('20 00 00 00'), code: 'DCM_PDU_ITEM_LENGTH', at: 103 },
  {
    name: 'context of 3 bytes',
    bytes: withContexts('20 00 00 03 01 00 00'),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 104,
  },
  {
    name: 'context without an abstract syntax',
    bytes: withContexts("20 00 00 0b 01 00 00 00 40 00 00 03 '1.2'"),
    code: 'DCM_PDU_ITEM_MISSING',
    at: 103,
  },
  {
    name: 'context with two abstract syntaxes',
    bytes: withContexts("20 00 00 12 01 00 00 00 30 00 00 03 '1.2' 30 00 00 03 '1.2'"),
    code: 'DCM_PDU_ITEM_REPEATED',
    at: 103,
  },
  {
    name: 'sub-item longer than its context',
    bytes: withContexts("20 00 00 0b 01 00 00 00 30 00 00 04 '1.2'"),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 111,
  },
  {
    name: 'answer of 2 bytes',
    bytes: withAnswers('21 00 00 02 01 00'),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 105,
  },
  {
    name: 'result 5',
    bytes: withAnswers('21 00 00 04 01 00 05 00'),
    code: 'DCM_PDU_CONTEXT_RESULT',
    at: 105,
  },
  {
    name: 'accepted, with a sub-item that is too long',
    bytes: withAnswers("21 00 00 09 01 00 00 00 40 00 00 02 '1'"),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 111,
  },
  // PS3.7 D.3.3: user information sub-items
  {
    name: '51H of 3 bytes',
    bytes: withUserInformation('50 00 00 07 51 00 00 03 00 40 00'),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 157,
  },
  {
    name: '51H of 5 bytes',
    bytes: withUserInformation('50 00 00 09 51 00 00 05 00 00 40 00 00'),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 157,
  },
  {
    name: '51H twice',
    bytes: withUserInformation('50 00 00 10 51 00 00 04 00 00 40 00 51 00 00 04 00 00 40 00'),
    code: 'DCM_PDU_ITEM_REPEATED',
    at: 161,
  },
  {
    name: '53H of 2 bytes',
    bytes: withUserInformation('50 00 00 06 53 00 00 02 00 01'),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 157,
  },
  {
    name: '53H of 6 bytes',
    bytes: withUserInformation('50 00 00 0a 53 00 00 06 00 01 00 01 00 01'),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 157,
  },
  {
    name: '54H with a UID that overruns it',
    bytes: withUserInformation("50 00 00 0b 54 00 00 07 00 06 '1.2' 00 01"),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 159,
  },
  {
    name: '54H without its roles',
    bytes: withUserInformation("50 00 00 09 54 00 00 05 00 03 '1.2'"),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 162,
  },
  {
    name: '56H of 1 byte',
    bytes: withUserInformation('50 00 00 05 56 00 00 01 00'),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 157,
  },
  {
    name: '57H without a service class',
    bytes: withUserInformation("50 00 00 09 57 00 00 05 00 03 '1.2'"),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 162,
  },
  {
    name: '57H whose related SOP classes overrun it',
    bytes: withUserInformation("50 00 00 10 57 00 00 0c 00 03 '1.2' 00 03 '1.3' 00 01"),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 169,
  },
  {
    name: '57H with a related SOP class that overruns the list',
    bytes: withUserInformation("50 00 00 15 57 00 00 11 00 03 '1.2' 00 03 '1.3' 00 03 00 02 '1' 31 32"),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 171,
  },
  {
    name: '58H whose primary field overruns it',
    bytes: withUserInformation("50 00 00 0a 58 00 00 06 01 00 00 09 'ab'"),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 161,
  },
  {
    name: '58H without a secondary length',
    bytes: withUserInformation("50 00 00 0a 58 00 00 06 01 00 00 02 'ab'"),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 163,
  },
  {
    name: '58H twice',
    bytes: withUserInformation('50 00 00 14 58 00 00 06 01 00 00 00 00 00 58 00 00 06 01 00 00 00 00 00'),
    code: 'DCM_PDU_ITEM_REPEATED',
    at: 163,
  },
  ...["52 00 00 03 '1.2'", '53 00 00 04 00 01 00 01', "55 00 00 01 'V'", '59 00 00 02 00 00'].map((item) => {
    const { length } = hex(item)
    return {
      name: `${item.slice(0, 2)}H twice`,
      bytes: withUserInformation(`50 00 00 ${(length * 2).toString(16)} ${item} ${item}`),
      code: 'DCM_PDU_ITEM_REPEATED',
      at: 153 + length,
    }
  }),
  {
    name: '59H whose response overruns it',
    bytes: associate(0x02, applicationContext, acceptance, '50 00 00 06 59 00 00 02 00 01'),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 138,
  },
  {
    name: 'a sub-item longer than its user information',
    bytes: withUserInformation('50 00 00 04 51 00 00 04'),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 157,
  },
  {
    name: 'an unknown sub-item longer than its user information',
    bytes: withUserInformation('50 00 00 05 6f 00 00 02 00'),
    code: 'DCM_PDU_ITEM_LENGTH',
    at: 157,
  },
]

test.each(cases)('$name: $code at $at', ({ bytes, code, reason = 6, at }) => {
  for (const sizes of [[bytes.length], [1], [7]]) {
    const { error, decoder } = decodeAll(bytes, sizes)
    expect(error).toBeInstanceOf(PduDecodeError)
    const pduType = bytes[code === 'DCM_PDU_TYPE' ? at : 0]
    expect(error).toMatchObject({
      name: 'PduDecodeError',
      code,
      abortReason: reason,
      byteOffset: at,
      pduType,
    })
    expect(decoder.heldBytes).toBeLessThan(6)
  }
})

test('the error names the type of the PDU', () => {
  expect(decodeAll(hex('07 00 00 00 00 05')).error).toMatchObject({
    pduType: 7,
    message: 'A-ABORT length 5 is not allowed; allowed are 4 bytes',
  })
  expect(decodeAll(hex('99')).error).toMatchObject({
    pduType: 0x99,
    message: 'PDU type 99H is not known; allowed are 01H to 07H',
  })
  expect(decodeAll(hex('01 00 00 80 00 00')).error).toMatchObject({
    pduType: 1,
    message: 'A-ASSOCIATE-RQ length 8388608 exceeds the limit of 1048576 bytes',
  })
})

test.each([
  ['20 00 00 00', 'presentation-context-ID of 1 bytes exceeds the 0 bytes left in the 20H item'],
  ['20 00', 'item-length of 2 bytes exceeds the 0 bytes left in the A-ASSOCIATE-RQ'],
  ['00 00 00 01', '00H item of 1 bytes exceeds the 0 bytes left in the A-ASSOCIATE-RQ'],
  ['20 00 00 01 02', 'presentation-context-ID 2 is even; allowed are odd numbers from 1 to 255, each once'],
  [
    `${proposal} ${proposal}`,
    'presentation-context-ID 1 is used twice; allowed are odd numbers from 1 to 255, each once',
  ],
])('the error names the field of an item: %s', (items, message) => {
  expect(decodeAll(associate(0x01, applicationContext, items)).error).toMatchObject({ message })
})

test.each([
  ['51', '00 00 40', '51H item of 3 bytes is not allowed; allowed are 4 bytes'],
  ['53', '00 01', '53H item of 2 bytes is not allowed; allowed are 4 bytes'],
  ['54', "00 03 '1'", 'SOP-class-uid of 3 bytes exceeds the 1 bytes left in the 54H item'],
  ['54', "00 03 '1.2'", 'SCU-role of 1 bytes exceeds the 0 bytes left in the 54H item'],
  ['54', "00 03 '1.2' 01", 'SCP-role of 1 bytes exceeds the 0 bytes left in the 54H item'],
  ['56', '00', 'SOP-class-uid-length of 2 bytes exceeds the 1 bytes left in the 56H item'],
  ['56', "00 03 '1'", 'SOP-class-uid of 3 bytes exceeds the 1 bytes left in the 56H item'],
  ['57', '00', 'SOP-class-uid-length of 2 bytes exceeds the 1 bytes left in the 57H item'],
  ['57', "00 03 '1.2' 00 03 '4'", 'service-class-uid of 3 bytes exceeds the 1 bytes left in the 57H item'],
  [
    '57',
    "00 03 '1.2' 00 03 '1.4' 00 05 00",
    'related-general-sop-class-identification of 5 bytes exceeds the 1 bytes left in the 57H item',
  ],
  [
    '57',
    "00 03 '1.2' 00 03 '1.4' 00 03 00 03 '1'",
    'related-general-sop-class-uid of 3 bytes exceeds the 1 bytes left in the related-general-sop-class-identification',
  ],
  ['58', "01 00 00 03 'a'", 'primary-field of 3 bytes exceeds the 1 bytes left in the 58H item'],
  ['58', "01 00 00 01 'a' 00", 'secondary-field-length of 2 bytes exceeds the 1 bytes left in the 58H item'],
  ['59', '00 02 01', 'server-response of 2 bytes exceeds the 1 bytes left in the 59H item'],
])('the error names the field of a %sH sub-item: %s', (itemType, content, message) => {
  const item = `${itemType} 00 00 ${hex(content).length.toString(16)} ${content}`
  const bytes = withUserInformation(`50 00 00 ${hex(item).length.toString(16)} ${item}`)
  expect(decodeAll(bytes).error).toMatchObject({ message })
})
