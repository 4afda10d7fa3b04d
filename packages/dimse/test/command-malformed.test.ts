import { decodeCommandSet, DimseDecodeError, encodeCommandSet } from '@dcm/dimse'
import { expect, test } from 'vitest'
import { commandVectors } from './command-vectors.ts'
import { commandSet, hex } from './hex.ts'

function decodeError(bytes: Uint8Array): DimseDecodeError {
  try {
    decodeCommandSet(bytes)
  } catch (error) {
    if (error instanceof DimseDecodeError) return error
    throw error
  }
  throw new Error('it was decoded')
}

const sopClass = "0000 0200 12000000 '1.2.840.10008.1.1' 00"
const echoField = '0000 0001 02000000 3000'
const messageId = '0000 1001 02000000 0700'
const noDataSet = '0000 0008 02000000 0101'
const read = { commandField: 0x0030, messageId: 7 }

/** The offsets count the 12 bytes of the group length. */
const malformed: readonly [string, Uint8Array, Partial<DimseDecodeError>][] = [
  ['nothing', new Uint8Array(0), { code: 'DCM_COMMAND_FIELD_MISSING', byteOffset: 0, tag: 0x0100 }],
  [
    'half an element header',
    hex('0000 0001 0200 00'),
    { code: 'DCM_COMMAND_LENGTH', byteOffset: 0 },
  ],
  [
    'a byte behind the last element',
    commandSet(sopClass, echoField, messageId, noDataSet, '00'),
    { code: 'DCM_COMMAND_LENGTH', byteOffset: 68, ...read },
  ],
  [
    'group 0008',
    commandSet(sopClass, echoField, messageId, noDataSet, '0800 1800 00000000'),
    { code: 'DCM_COMMAND_GROUP', byteOffset: 68, tag: 0x00080018, ...read },
  ],
  [
    'group FFFE',
    commandSet(sopClass, 'FEFF 0D E0 00000000'),
    { code: 'DCM_COMMAND_GROUP', byteOffset: 38, tag: 0xfffee00d },
  ],
  [
    'an element twice',
    commandSet(sopClass, echoField, echoField),
    { code: 'DCM_COMMAND_ORDER', byteOffset: 48, tag: 0x0100, commandField: 0x0030 },
  ],
  [
    'an element behind a later one',
    commandSet(sopClass, messageId, echoField),
    { code: 'DCM_COMMAND_ORDER', byteOffset: 48, tag: 0x0100, messageId: 7 },
  ],
  [
    'an unknown element twice',
    commandSet('0000 0101 00000000', '0000 0101 00000000'),
    { code: 'DCM_COMMAND_ORDER', byteOffset: 20, tag: 0x0101 },
  ],
  [
    'the group length behind other elements',
    commandSet('0000 0000 04000000 00000000'),
    { code: 'DCM_COMMAND_ORDER', byteOffset: 12, tag: 0x0000 },
  ],
  [
    'a length that overruns',
    commandSet(sopClass, echoField, '0000 1001 04000000 0700'),
    { code: 'DCM_COMMAND_LENGTH', byteOffset: 48, tag: 0x0110, commandField: 0x0030 },
  ],
  [
    'a length of 4 GiB',
    commandSet('0000 0200 FEFFFFFF 3100'),
    { code: 'DCM_COMMAND_LENGTH', byteOffset: 12, tag: 0x0002 },
  ],
  [
    'an undefined length',
    commandSet('0000 0200 FFFFFFFF 3100'),
    { code: 'DCM_COMMAND_LENGTH', byteOffset: 12, tag: 0x0002 },
  ],
  [
    'an odd length',
    commandSet("0000 0200 03000000 '1.2'", echoField),
    { code: 'DCM_COMMAND_LENGTH', byteOffset: 12, tag: 0x0002 },
  ],
  [
    'a UL of 2 bytes',
    hex('0000 0000 02000000 0000'),
    { code: 'DCM_COMMAND_VALUE_LENGTH', byteOffset: 0, tag: 0x0000 },
  ],
  [
    'a US of 4 bytes',
    commandSet('0000 0001 04000000 30000000'),
    { code: 'DCM_COMMAND_VALUE_LENGTH', byteOffset: 12, tag: 0x0100 },
  ],
  [
    'a US without a value',
    commandSet(sopClass, echoField, '0000 1001 00000000', noDataSet),
    { code: 'DCM_COMMAND_VALUE_LENGTH', byteOffset: 48, tag: 0x0110, commandField: 0x0030 },
  ],
  [
    'an AT of 6 bytes',
    commandSet('0000 0109 06000000 100010001000'),
    { code: 'DCM_COMMAND_VALUE_LENGTH', byteOffset: 12, tag: 0x0901 },
  ],
  [
    'an AE title of 18 bytes',
    commandSet(`0000 0006 12000000 '${'A'.repeat(18)}'`),
    { code: 'DCM_COMMAND_VALUE_LENGTH', byteOffset: 12, tag: 0x0600 },
  ],
  [
    'no Command Field',
    commandSet(sopClass, messageId, noDataSet),
    { code: 'DCM_COMMAND_FIELD_MISSING', byteOffset: 58, tag: 0x0100, messageId: 7 },
  ],
  [
    'no Command Data Set Type',
    commandSet(sopClass, echoField, messageId),
    { code: 'DCM_COMMAND_FIELD_MISSING', byteOffset: 58, tag: 0x0800, ...read },
  ],
  [
    'no Message ID',
    commandSet(sopClass, echoField, noDataSet),
    { code: 'DCM_COMMAND_FIELD_MISSING', byteOffset: 58, tag: 0x0110, commandField: 0x0030 },
  ],
  [
    'an unrecognized command without Command Data Set Type',
    commandSet('0000 0001 02000000 AA0A'),
    { code: 'DCM_COMMAND_FIELD_MISSING', byteOffset: 22, tag: 0x0800, commandField: 0x0aaa },
  ],
]

test.each(malformed)('refused: %s', (_, bytes, expected) => {
  const error = decodeError(bytes)
  expect({ ...error }).toEqual({ name: 'DimseDecodeError', ...expected })
  expect(error.message).toMatch(/\S/)
})

/** Whatever a receiver can do without. */
const dispensable = new Set(['priority'])
const optional = new Set([
  'affectedSopClassUid',
  'errorComment',
  'errorId',
  'offendingElement',
  'affectedSopInstanceUid',
])

test.each(commandVectors.filter(({ command }) => command.type.endsWith('-RQ')))(
  'a $command.type ($clause) without one of its mandatory elements',
  ({ command }) => {
    for (const key of Object.keys(command)) {
      if (['type', 'hasDataSet', 'attributeIdentifierList'].includes(key)) continue
      if (key.startsWith('moveOriginator') || dispensable.has(key)) continue
      const lacking = { ...command, [key]: undefined }
      expect(() => encodeCommandSet(lacking), key).toThrow(
        expect.objectContaining({ name: 'UsageError', code: 'DCM_COMMAND_FIELD_MISSING' }),
      )
    }
  },
)

test.each(commandVectors)('a $command.type ($clause) cut anywhere is refused or lacks its end', ({ bytes }) => {
  for (let length = 0; length < bytes.length; length++) {
    try {
      const decoded = decodeCommandSet(bytes.subarray(0, length))
      expect([...optional, 'status', 'numberOf', 'moveOriginator'].length, decoded.type).toBeGreaterThan(0)
    } catch (error) {
      expect(error).toBeInstanceOf(DimseDecodeError)
    }
  }
})
