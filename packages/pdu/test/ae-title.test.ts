import { isAeTitle, parseAeTitle } from '@dcm/pdu'
import { expect, test } from 'vitest'

test.each(['A', 'ARCHIVE', 'A B', '!~', '1234567890123456', "[^_'] {|}", 'å'.normalize('NFD').slice(0, 1)])(
  '%s is an AE title',
  (text) => {
    expect(isAeTitle(text)).toBe(true)
    expect(parseAeTitle(text)).toBe(text)
  },
)

test.each(['', ' ', ' '.repeat(16), 'A\\B', '\\', 'A\tB', 'A\n', 'A\0', '\x7f', 'Ä', 'ＡＥ', 'A'.repeat(17)])(
  '%j is none',
  (text) => {
    expect(isAeTitle(text)).toBe(false)
    expect(() => parseAeTitle(text)).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DCM_AE_TITLE_INVALID' }),
    )
  },
)

test('spaces at the ends are not significant', () => {
  expect(isAeTitle(' A')).toBe(false)
  expect(isAeTitle('A ')).toBe(false)
  expect(parseAeTitle('   ARCHIVE                 ')).toBe('ARCHIVE')
})

test('the message says what was seen and what is allowed', () => {
  expect(() => parseAeTitle('A\\B')).toThrow(
    String.raw`"A\\B" (3 characters) is not an AE title; allowed are 1 to 16 printable ASCII characters other than the backslash`,
  )
})
