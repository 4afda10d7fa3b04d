import { describeStatus, statusCategory, statuses, storeFailureStatus } from '@dcm/dimse'
import { expect, test } from 'vitest'

test.each([
  [0x0000, 'success'],
  [0xff00, 'pending'],
  [0xff01, 'pending'],
  [0xfe00, 'cancel'],
  [0x0001, 'warning'],
  [0x0107, 'warning'],
  [0x0116, 'warning'],
  [0xb000, 'warning'],
  [0xb007, 'warning'],
  [0xbfff, 'warning'],
  [0x0002, 'failure'],
  [0x0105, 'failure'],
  [0x0110, 'failure'],
  [0x0122, 'failure'],
  [0x0211, 'failure'],
  [0xa700, 'failure'],
  [0xafff, 'failure'],
  [0xc000, 'failure'],
  [0xcfff, 'failure'],
] as const)('%i is %s', (code, category) => {
  expect(statusCategory(code)).toBe(category)
})

test('a code that nobody knows is a failure, so that no one waits for another response', () => {
  for (const code of [0x0999, 0x8000, 0xd000, 0xfdff, 0xfe01, 0xff02, 0xffff, -1, NaN, 0x1ff00]) {
    expect(statusCategory(code)).toBe('failure')
  }
})

test('each named status has words and a category', () => {
  for (const [name, code] of Object.entries(statuses)) {
    const contexts = [undefined, 'C-STORE', 'C-MOVE', 'storage-commitment'] as const
    const descriptions = contexts.map((context) => describeStatus(code, context))
    expect(
      descriptions.some((description) => description.includes(': ')),
      name,
    ).toBe(true)
  }
})

test('the same code means different things to different services', () => {
  expect(describeStatus(0xa900, 'C-STORE')).toBe('failure A900H: the data set does not match its SOP class')
  expect(describeStatus(0xa900, 'C-FIND')).toBe('failure A900H: the identifier does not match the SOP class')
  expect(describeStatus(0xb000, 'storage')).toBe('warning B000H: data elements were coerced')
  expect(describeStatus(0xb000, 'C-GET')).toMatch(/^warning B000H: sub-operations are complete/)
  expect(describeStatus(0xff00, 'C-MOVE')).toBe('pending FF00H: sub-operations continue')
  expect(describeStatus(0x0131, 'storage-commitment')).toBe(
    'failure 0131H: the transaction UID is in use already',
  )
  expect(describeStatus(0x0131)).toBe('failure 0131H')
  expect(describeStatus(0x0110, 'procedure-step')).toMatch('may no longer be updated')
  expect(describeStatus(0xc300, 'unified-procedure-step')).toMatch('may no longer be updated')
})

test('ranges belong to one meaning, single codes in them may have their own', () => {
  expect(describeStatus(0xa7ab, 'C-STORE')).toBe('failure A7ABH: refused, out of resources')
  expect(describeStatus(0xc123, 'C-FIND')).toBe('failure C123H: unable to process')
  expect(describeStatus(0xc100, 'C-FIND')).toBe('failure C100H: unable to process')
  expect(describeStatus(0xc100, 'relevant-patient-query')).toBe('failure C100H: more than one match')
})

test('the general meaning, or the code alone, where a service says nothing', () => {
  expect(describeStatus(0x0122, 'C-STORE')).toBe('failure 0122H: refused, SOP class not supported')
  expect(describeStatus(0x0211)).toBe('failure 0211H: unrecognized operation')
  expect(describeStatus(0x0000, 'verification')).toBe('success 0000H: success')
  expect(describeStatus(0xa700)).toBe('failure A700H')
  expect(describeStatus(0xc777, 'print-management')).toBe('failure C777H')
  expect(describeStatus(0xb101, 'C-STORE')).toBe('warning B101H')
})

test.each([
  [{ code: 'DCM_STORAGE_FULL' }, 0xa700],
  [{ code: 'DCM_STORAGE_EXHAUSTED' }, 0xa700],
  [{ code: 'DCM_STORAGE_DENIED' }, 0xa700],
  [{ code: 'DCM_STORAGE_CLOSED' }, 0xa700],
  [{ code: 'DCM_STORAGE_FAILED' }, 0xa700],
  [{ code: 'DCM_STORAGE_INVALID' }, 0xc000],
  [new Error('another store’s'), 0xc000],
  ['no error', 0xc000],
  [undefined, 0xc000],
  [null, 0xc000],
])('a store that rejects with %j is answered for with %i', (error, status) => {
  expect(storeFailureStatus(error)).toBe(status)
})
