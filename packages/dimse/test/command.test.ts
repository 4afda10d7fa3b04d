import { type CommandSet, decodeCommandSet, encodeCommandSet } from '@dcm/dimse'
import { expect, test } from 'vitest'
import { commandVectors } from './command-vectors.ts'
import { commandSet, hex } from './hex.ts'

test.each(commandVectors)('PS3.7 $clause: $command.type', ({ bytes, command }) => {
  expect(decodeCommandSet(bytes)).toEqual(command)
  expect(encodeCommandSet(command)).toEqual(bytes)
})

test('every message has a vector', () => {
  expect(new Set(commandVectors.map(({ command }) => command.type)).size).toBe(24)
})

test('a command set is read where it lies in a larger buffer', () => {
  for (const { bytes, command } of commandVectors) {
    const larger = new Uint8Array(bytes.length + 9).fill(0xff)
    larger.set(bytes, 5)
    expect(decodeCommandSet(larger.subarray(5, 5 + bytes.length))).toEqual(command)
  }
})

const sopClass = "0000 0200 12000000 '1.2.840.10008.1.1' 00"
const echo = ['0000 0001 02000000 3000', '0000 1001 02000000 0700', '0000 0008 02000000 0101']
const decodedEcho: CommandSet = {
  type: 'C-ECHO-RQ',
  affectedSopClassUid: '1.2.840.10008.1.1',
  messageId: 7,
  hasDataSet: false,
}

const lenient: readonly [string, Uint8Array, CommandSet][] = [
  ['no Command Group Length', hex([sopClass, ...echo].join(' ')), decodedEcho],
  [
    'a wrong Command Group Length',
    hex(['0000 0000 04000000 FFFFFFFF', sopClass, ...echo].join(' ')),
    decodedEcho,
  ],
  [
    'retired and unknown elements',
    commandSet('0000 0100 04000000 00000000', sopClass, ...echo, "0000 1051 04000000 'ABCD'"),
    decodedEcho,
  ],
  [
    'elements of other messages',
    commandSet(sopClass, ...echo, '0000 2010 02000000 0100', '0000 3110 02000000 0100'),
    decodedEcho,
  ],
  ['a UID padded with spaces', commandSet("0000 0200 12000000 '1.2.840.10008.1.1 '", ...echo), decodedEcho],
  [
    'a data set by any other value',
    commandSet(sopClass, ...echo.slice(0, 2), '0000 0008 02000000 0201'),
    { ...decodedEcho, hasDataSet: true },
  ],
  [
    'a SOP class that is no UID',
    commandSet("0000 0200 08000000 '1..2/../'", ...echo),
    { ...decodedEcho, affectedSopClassUid: '1..2/../' },
  ],
  [
    'a SOP class that is empty',
    commandSet('0000 0200 00000000', ...echo),
    { ...decodedEcho, affectedSopClassUid: '' },
  ],
  [
    'a SOP class that is longer than a UID',
    commandSet(`0000 0200 42000000 '${'1'.repeat(66)}'`, ...echo),
    { ...decodedEcho, affectedSopClassUid: '1'.repeat(66) },
  ],
  [
    'no priority',
    commandSet(sopClass, '0000 0001 02000000 2000', '0000 1001 02000000 0700', '0000 0008 02000000 0100'),
    {
      type: 'C-FIND-RQ',
      affectedSopClassUid: '1.2.840.10008.1.1',
      messageId: 7,
      priority: 'medium',
      hasDataSet: true,
    },
  ],
  [
    'a priority that is none, and an AE title with spaces and NULs around',
    commandSet(
      sopClass,
      '0000 0001 02000000 2100',
      '0000 1001 02000000 0700',
      "0000 0006 06000000 ' ME ' 0000",
      '0000 0007 02000000 0300',
      '0000 0008 02000000 0100',
    ),
    {
      type: 'C-MOVE-RQ',
      affectedSopClassUid: '1.2.840.10008.1.1',
      messageId: 7,
      moveDestination: 'ME',
      priority: 'medium',
      hasDataSet: true,
    },
  ],
  [
    'optional elements without a value',
    commandSet(
      '0000 0200 00000000',
      '0000 0001 02000000 0180',
      '0000 2001 02000000 0700',
      '0000 0008 02000000 0101',
      '0000 0009 02000000 0000',
      '0000 0109 00000000',
      '0000 0209 00000000',
      "0000 0010 02000000 '  '",
    ),
    { type: 'C-STORE-RSP', messageIdBeingRespondedTo: 7, status: 0, hasDataSet: false },
  ],
  [
    'counts without a value',
    commandSet(
      '0000 0001 02000000 2180',
      '0000 2001 02000000 0700',
      '0000 0008 02000000 0101',
      '0000 0009 02000000 0000',
      '0000 0309 00000000',
      '0000 2010 00000000',
      '0000 2110 02000000 0300',
    ),
    {
      type: 'C-MOVE-RSP',
      messageIdBeingRespondedTo: 7,
      status: 0,
      hasDataSet: false,
      numberOfCompletedSuboperations: 3,
    },
  ],
  [
    'an unrecognized command without a message ID',
    commandSet('0000 0001 02000000 AA0A', '0000 0008 02000000 0101'),
    { type: 'unrecognized', commandField: 0x0aaa, hasDataSet: false },
  ],
  [
    'an unrecognized request with both message IDs',
    commandSet(
      '0000 0001 02000000 AA0A',
      '0000 1001 02000000 0700',
      '0000 2001 02000000 0800',
      '0000 0008 02000000 0101',
    ),
    { type: 'unrecognized', commandField: 0x0aaa, messageId: 7, hasDataSet: false },
  ],
  [
    'an unrecognized response with both message IDs',
    commandSet(
      '0000 0001 02000000 AA8A',
      '0000 1001 02000000 0700',
      '0000 2001 02000000 0800',
      '0000 0008 02000000 0101',
    ),
    { type: 'unrecognized', commandField: 0x8aaa, messageIdBeingRespondedTo: 8, hasDataSet: false },
  ],
]

test.each(lenient)('tolerated: %s', (_, bytes, command) => {
  expect(decodeCommandSet(bytes)).toEqual(command)
})
