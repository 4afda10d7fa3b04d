import { type CommandSet, encodeCommandSet } from '@dcm/dimse'
import { expect, test } from 'vitest'
import { commandSet } from './hex.ts'

const store: CommandSet = {
  type: 'C-STORE-RQ',
  affectedSopClassUid: '1.2.3',
  affectedSopInstanceUid: '1.2.3.4',
  messageId: 1,
  priority: 'medium',
  hasDataSet: true,
}
const failed: CommandSet = {
  type: 'C-ECHO-RSP',
  messageIdBeingRespondedTo: 1,
  status: 0x0110,
  hasDataSet: false,
}
const get: CommandSet = {
  type: 'N-GET-RQ',
  requestedSopClassUid: '1.2.3',
  requestedSopInstanceUid: '1.2.3.4',
  messageId: 1,
  hasDataSet: false,
}

const impossible: readonly [string, CommandSet][] = [
  ['message ID 65536', { ...store, messageId: 65536 }],
  ['message ID -1', { ...store, messageId: -1 }],
  ['message ID 1.5', { ...store, messageId: 1.5 }],
  ['message ID NaN', { ...store, messageId: NaN }],
  ['a status of 17 bits', { ...failed, status: 0x10000 }],
  ['a UID of 65 characters', { ...store, affectedSopInstanceUid: '1'.repeat(65) }],
  ['a UID with letters', { ...store, affectedSopClassUid: '1.2.a' }],
  ['an empty mandatory UID', { ...store, affectedSopClassUid: '' }],
  ['an AE title of 17 characters', { ...store, moveOriginatorApplicationEntityTitle: 'A'.repeat(17) }],
  ['an AE title with a backslash', { ...store, moveOriginatorApplicationEntityTitle: 'A\\B' }],
  ['an error comment of 65 characters', { ...failed, errorComment: 'x'.repeat(65) }],
  ['an error comment outside ASCII', { ...failed, errorComment: 'Überlauf' }],
  ['an error comment with a backslash', { ...failed, errorComment: 'a\\b' }],
  ['an error comment in two lines', { ...failed, errorComment: 'a\nb' }],
  ['a tag of 33 bits', { ...get, attributeIdentifierList: [0x100000000] }],
  ['a negative tag', { ...failed, offendingElement: [-1] }],
]

test.each(impossible)('%s cannot be sent', (_, command) => {
  expect(() => encodeCommandSet(command)).toThrow(
    expect.objectContaining({ name: 'UsageError', code: 'DCM_COMMAND_VALUE' }),
  )
})

/** What only callers without types can do. */
const untyped: readonly [string, object, string][] = [
  ['an unknown type', { ...store, type: 'C-STORE' }, 'DCM_COMMAND_TYPE'],
  ['an unknown priority', { ...store, priority: 'urgent' }, 'DCM_COMMAND_VALUE'],
  ['text for a number', { ...store, messageId: '1' }, 'DCM_COMMAND_VALUE'],
  ['a number for a UID', { ...store, affectedSopClassUid: 1.2 }, 'DCM_COMMAND_VALUE'],
  ['a number for an AE title', { ...store, moveOriginatorApplicationEntityTitle: 1 }, 'DCM_COMMAND_VALUE'],
  ['a number for an error comment', { ...failed, errorComment: 1 }, 'DCM_COMMAND_VALUE'],
  ['text for tags', { ...get, attributeIdentifierList: 'PatientID' }, 'DCM_COMMAND_VALUE'],
  [
    'an unrecognized command without a Command Field',
    { type: 'unrecognized', hasDataSet: false },
    'DCM_COMMAND_FIELD_MISSING',
  ],
]

test.each(untyped)('%s cannot be sent', (_, command, code) => {
  expect(() => encodeCommandSet(command as CommandSet)).toThrow(
    expect.objectContaining({ name: 'UsageError', code }),
  )
})

test('an error says which field and what is allowed, but repeats no text', () => {
  expect(() => encodeCommandSet({ ...store, messageId: 65536 })).toThrow(
    '(0000,0110) messageId cannot be 65536; allowed: 0 to 65535',
  )
  expect(() => encodeCommandSet({ ...store, affectedSopInstanceUid: 'DOE^JOHN' })).toThrow(
    '(0000,1000) affectedSopInstanceUid cannot be a text of 8 characters; allowed: a UID',
  )
})

test('optional fields that are empty are left out', () => {
  expect(
    encodeCommandSet({ ...failed, affectedSopClassUid: '', errorComment: '', offendingElement: [] }),
  ).toEqual(
    commandSet(
      '0000 0001 02000000 3080',
      '0000 2001 02000000 0100',
      '0000 0008 02000000 0101',
      '0000 0009 02000000 1001',
    ),
  )
})

test('the longest values fit', () => {
  const longest = encodeCommandSet({
    ...store,
    messageId: 0xffff,
    affectedSopInstanceUid: '1'.repeat(64),
    moveOriginatorApplicationEntityTitle: 'A'.repeat(16),
  })
  expect(longest.length % 2).toBe(0)
  expect(encodeCommandSet({ ...failed, errorComment: 'x'.repeat(64) }).length).toBe(12 + 4 * 10 + 8 + 64)
})
