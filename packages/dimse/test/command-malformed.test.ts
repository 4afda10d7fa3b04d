import { type CommandSet, decodeCommandSet, DimseDecodeError, encodeCommandSet } from '@dcm/dimse'
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
const whole = { ...read, hasDataSet: false }

/** The offsets count the 12 bytes of the group length. */
const malformed: readonly [string, Uint8Array, Partial<DimseDecodeError>][] = [
  ['nothing', new Uint8Array(0), { code: 'DCM_COMMAND_FIELD_MISSING', byteOffset: 0, tag: 0x0100 }],
  ['half an element header', hex('0000 0001 0200 00'), { code: 'DCM_COMMAND_LENGTH', byteOffset: 0 }],
  [
    'a byte behind the last element',
    commandSet(sopClass, echoField, messageId, noDataSet, '00'),
    { code: 'DCM_COMMAND_LENGTH', byteOffset: 68, ...whole },
  ],
  [
    'group 0008',
    commandSet(sopClass, echoField, messageId, noDataSet, '0800 1800 00000000'),
    { code: 'DCM_COMMAND_GROUP', byteOffset: 68, tag: 0x00080018, ...whole },
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
    { code: 'DCM_COMMAND_ORDER', byteOffset: 48, tag: 0x0100, ...read },
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
    {
      code: 'DCM_COMMAND_FIELD_MISSING',
      byteOffset: 66,
      tag: 0x0110,
      commandField: 0x0030,
      hasDataSet: false,
    },
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
    { code: 'DCM_COMMAND_FIELD_MISSING', byteOffset: 58, tag: 0x0100, messageId: 7, hasDataSet: false },
  ],
  [
    'no Command Data Set Type',
    commandSet(sopClass, echoField, messageId),
    { code: 'DCM_COMMAND_FIELD_MISSING', byteOffset: 58, tag: 0x0800, ...read },
  ],
  [
    'no Message ID',
    commandSet(sopClass, echoField, noDataSet),
    {
      code: 'DCM_COMMAND_FIELD_MISSING',
      byteOffset: 58,
      tag: 0x0110,
      commandField: 0x0030,
      hasDataSet: false,
    },
  ],
  [
    'an unrecognized command without Command Data Set Type',
    commandSet('0000 0001 02000000 AA0A'),
    { code: 'DCM_COMMAND_FIELD_MISSING', byteOffset: 22, tag: 0x0800, commandField: 0x0aaa },
  ],
]

test.each(malformed)('refused: %s', (_, bytes, expected) => {
  const error = decodeError(bytes)
  expect(Object.fromEntries(Object.entries(error))).toEqual({ name: 'DimseDecodeError', ...expected })
  expect(error.message).toMatch(/\S/)
})

/** Where each element begins; the group length is the first. */
function elementOffsets(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const offsets: number[] = []
  for (let offset = 0; offset < bytes.length; offset += 8 + view.getUint32(offset + 4, true)) {
    offsets.push(offset)
  }
  return offsets
}

/** What is left decodes to less of the same command, or it is refused because something mandatory is missing. */
function expectLess(bytes: Uint8Array, command: CommandSet): void {
  let decoded: CommandSet
  try {
    decoded = decodeCommandSet(bytes)
  } catch (error) {
    expect(error).toMatchObject({ name: 'DimseDecodeError', code: 'DCM_COMMAND_FIELD_MISSING' })
    return
  }
  const rest = 'priority' in decoded ? { ...decoded, priority: undefined } : decoded
  expect({ ...command, priority: undefined }).toMatchObject(rest)
}

test.each(commandVectors)('a $command.type ($clause) without one of its elements', ({ bytes, command }) => {
  const offsets = elementOffsets(bytes)
  for (const [index, offset] of offsets.entries()) {
    const without = Buffer.concat([
      bytes.subarray(0, offset),
      bytes.subarray(offsets[index + 1] ?? bytes.length),
    ])
    expectLess(without, command)
  }
})

test.each(commandVectors)('a $command.type ($clause) cut anywhere', ({ bytes, command }) => {
  const borders = new Set(elementOffsets(bytes))
  for (let length = 0; length < bytes.length; length++) {
    const cut = bytes.subarray(0, length)
    if (borders.has(length)) expectLess(cut, command)
    else expect(decodeError(cut).code).toBe('DCM_COMMAND_LENGTH')
  }
})

const mandatory: readonly [string, number, CommandSet][] = [
  [
    'moveDestination',
    0x0600,
    {
      type: 'C-MOVE-RQ',
      affectedSopClassUid: '1.2',
      messageId: 7,
      moveDestination: 'A',
      priority: 'low',
      hasDataSet: true,
    },
  ],
  [
    'eventTypeId',
    0x1002,
    {
      type: 'N-EVENT-REPORT-RQ',
      affectedSopClassUid: '1.2',
      messageId: 7,
      affectedSopInstanceUid: '1.3',
      eventTypeId: 1,
      hasDataSet: true,
    },
  ],
  [
    'actionTypeId',
    0x1008,
    {
      type: 'N-ACTION-RQ',
      requestedSopClassUid: '1.2',
      messageId: 7,
      requestedSopInstanceUid: '1.3',
      actionTypeId: 1,
      hasDataSet: true,
    },
  ],
  [
    'requestedSopClassUid',
    0x0003,
    {
      type: 'N-SET-RQ',
      requestedSopClassUid: '1.2',
      messageId: 7,
      requestedSopInstanceUid: '1.3',
      hasDataSet: true,
    },
  ],
  [
    'requestedSopInstanceUid',
    0x1001,
    {
      type: 'N-DELETE-RQ',
      requestedSopClassUid: '1.2',
      messageId: 7,
      requestedSopInstanceUid: '1.3',
      hasDataSet: false,
    },
  ],
  [
    'affectedSopInstanceUid',
    0x1000,
    {
      type: 'C-STORE-RQ',
      affectedSopClassUid: '1.2',
      messageId: 7,
      priority: 'low',
      affectedSopInstanceUid: '1.3',
      hasDataSet: true,
    },
  ],
  [
    'affectedSopClassUid',
    0x0002,
    { type: 'C-ECHO-RQ', affectedSopClassUid: '1.2', messageId: 7, hasDataSet: false },
  ],
  ['messageId', 0x0110, { type: 'C-ECHO-RQ', affectedSopClassUid: '1.2', messageId: 7, hasDataSet: false }],
  [
    'messageIdBeingRespondedTo',
    0x0120,
    { type: 'C-CANCEL-RQ', messageIdBeingRespondedTo: 7, hasDataSet: false },
  ],
  ['status', 0x0900, { type: 'C-ECHO-RSP', messageIdBeingRespondedTo: 7, status: 0, hasDataSet: false }],
]

test.each(mandatory)('%s is mandatory, read and written', (name, tag, command) => {
  const bytes = encodeCommandSet(command)
  const offsets = elementOffsets(bytes)
  const index = offsets.findIndex(
    (offset) => bytes[offset + 2] === (tag & 0xff) && bytes[offset + 3] === tag >> 8,
  )
  const without = Buffer.concat([
    bytes.subarray(0, offsets[index]),
    bytes.subarray(offsets[index + 1] ?? bytes.length),
  ])
  expect(decodeError(without)).toMatchObject({ code: 'DCM_COMMAND_FIELD_MISSING', tag })
  expect(() => encodeCommandSet({ ...command, [name]: undefined })).toThrow(
    expect.objectContaining({ name: 'UsageError', code: 'DCM_COMMAND_FIELD_MISSING' }),
  )
})

test('elements of other groups do not make a response unreadable: Orthanc 1.10 lists failed instances so', () => {
  const response = commandSet(
    "0000 0200 1C000000 '1.2.840.10008.5.1.4.1.2.2.3' 00",
    '0000 0001 02000000 1080',
    '0000 2001 02000000 0100',
    '0000 0008 02000000 0101',
    '0000 0009 02000000 00C0',
    '0000 2210 02000000 0100',
    '0800 0000 04000000 0C000000',
    "0800 5800 04000000 '1.2' 00",
  )
  expect(decodeCommandSet(response)).toMatchObject({
    type: 'C-GET-RSP',
    status: 0xc000,
    numberOfFailedSuboperations: 1,
    hasDataSet: false,
  })
})

test('a response cut within an element of another group is malformed', () => {
  const response = commandSet(
    '0000 0001 02000000 1080',
    '0000 2001 02000000 0100',
    '0000 0008 02000000 0101',
    "0800 5800 08000000 '1.2' 00",
  )
  expect(decodeError(response)).toMatchObject({ code: 'DCM_COMMAND_LENGTH', tag: 0x00080058 })
})
