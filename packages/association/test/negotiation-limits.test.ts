import { judgeRequest, maximumPdvLength } from '@dcm/association'
import { type AssociateRq, ImplicitVRLittleEndian, Verification } from '@dcm/pdu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { received, request } from './association-pdus.ts'

describe('judgeRequest', () => {
  const asked = request([[Verification, ImplicitVRLittleEndian]])
  const judge = (change: Partial<AssociateRq>) => judgeRequest({ ...asked, ...change })

  it('accepts an ordinary request', () => {
    expect(judgeRequest(asked)).toBeUndefined()
  })

  it.each([0x0001, 0x0003, 0x8001, 0xffff])('tests only bit 0 of protocol version %i', (protocolVersion) => {
    expect(judge({ protocolVersion })).toBeUndefined()
  })

  it.each([0x0000, 0x0002, 0x0100, 0xfffe])('refuses protocol version %i', (protocolVersion) => {
    expect(judge({ protocolVersion })).toEqual({ result: 1, source: 2, reason: 2 })
  })

  it.each(['1.2.840.10008.3.1.1.2', '1.2.840.10008.3.1.1.1.1', '', 'DICOM'])(
    'refuses the application context "%s"',
    (name) => {
      expect(judge({ applicationContextName: received(name) })).toEqual({ result: 1, source: 1, reason: 2 })
    },
  )

  const illegal = [
    '',
    ' ',
    ' '.repeat(16),
    String.raw`A\B`,
    'A\nB',
    'A\x00B',
    'A\x1b[31m',
    'Ä',
    'A'.repeat(17),
  ]

  it.each(illegal)('refuses the calling AE title %j', (callingAeTitle) => {
    expect(judge({ callingAeTitle })).toEqual({ result: 1, source: 1, reason: 3 })
  })

  it.each(illegal)('refuses the called AE title %j', (calledAeTitle) => {
    expect(judge({ calledAeTitle })).toEqual({ result: 1, source: 1, reason: 7 })
  })

  it.each(['A', 'A'.repeat(16), 'MY STATION', '~!"#$%&/()=?'])('accepts the AE title "%s"', (title) => {
    expect(judge({ callingAeTitle: title, calledAeTitle: title })).toBeUndefined()
  })

  it('names the first thing wrong: version, application context, calling, called', () => {
    const wrong = { callingAeTitle: '', calledAeTitle: '', applicationContextName: received('1') }
    expect(judge({ ...wrong, protocolVersion: 0 })?.source).toBe(2)
    expect(judge(wrong)?.reason).toBe(2)
    expect(judge({ callingAeTitle: '', calledAeTitle: '' })?.reason).toBe(3)
  })
})

describe('maximumPdvLength', () => {
  it.each([1, 2, 5, 6, 7])('finds no room in %i bytes', (maximumLength) => {
    expect(maximumPdvLength(maximumLength)).toBe(0)
  })

  it.each([
    [8, 2],
    [9, 2],
    [10, 4],
    [128, 122],
    [16384, 16378],
    [16385, 16378],
    [131072, 131066],
    [131073, 131066],
    [0xffffffff, 131066],
    [0, 131066],
  ])('fits a P-DATA-TF of %i bytes with a PDV of %i', (maximumLength, expected) => {
    expect(maximumPdvLength(maximumLength)).toBe(expected)
  })

  it('is even and fits, whatever is announced', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffffffff }), (announced) => {
        const length = maximumPdvLength(announced)
        expect(length % 2).toBe(0)
        expect(length === 0 || length + 6 <= announced).toBe(true)
      }),
    )
  })
})
