import { isUid, parseUid, UsageError } from '@dcm/pdu'
import { expect, test } from 'vitest'

test.each(['1', '0', '1.2', '1.2.840.10008.1.1', '1.0.3', '2.25.0', '9'.repeat(64), `1.${'2'.repeat(62)}`])(
  '%s is a UID',
  (text) => {
    expect(parseUid(text)).toBe(text)
    expect(isUid(text)).toBe(true)
  },
)

test.each([
  '',
  '.',
  '..',
  '1.',
  '.1',
  '1..2',
  '1.2 ',
  ' 1.2',
  '1.2\0',
  '1.2\n',
  '1.a',
  '1,2',
  '-1',
  '1.٣',
  '1/2',
  '9'.repeat(65),
])('%j is none', (text) => {
  expect(isUid(text)).toBe(false)
  expect(() => parseUid(text)).toThrow(
    expect.objectContaining({ name: 'UsageError', code: 'DCM_UID_INVALID' }),
  )
})

test.each(['01', '1.02', '1.2.00', '00.1'])('%s may be received but not made', (text) => {
  expect(isUid(text)).toBe(true)
  expect(() => parseUid(text)).toThrow(UsageError)
})

test('the message says what was seen and what is allowed, and stays short', () => {
  expect(() => parseUid('1.02')).toThrow(
    '"1.02" (4 characters) is not a UID; allowed are 1 to 64 characters, numbers without leading zeros joined by dots',
  )
  expect(() => parseUid('x'.repeat(1000))).toThrow(/^"x{64}" \(1000 characters\) is not a UID/)
})
