import { inflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { failedSopInstanceUidList } from '../src/sub-operations/failed-sop-instance-uid-list.ts'

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex')
const uids = ['1.2', '1.3']
/** `1.2\1.3` and a NUL, as its length is odd. */
const value = '312e325c312e3300'

const implicitVr = bytes(`0800 5800 08000000 ${value}`)
const explicitVr = bytes(`0800 5800 5549 0800 ${value}`)

describe('the list of failed instances', () => {
  it.each([
    ['Implicit VR Little Endian', '1.2.840.10008.1.2', implicitVr],
    ['Explicit VR Little Endian', '1.2.840.10008.1.2.1', explicitVr],
    ['Explicit VR Big Endian', '1.2.840.10008.1.2.2', bytes(`0008 0058 5549 0008 ${value}`)],
  ])('in %s', (_, transferSyntaxUid, expected) => {
    expect(Buffer.from(failedSopInstanceUidList(uids, transferSyntaxUid))).toEqual(expected)
  })

  it('in Deflated Explicit VR Little Endian, of even length', () => {
    for (const list of [uids, ['1.2'], ['1.2.3.4'], ['2.25.123456789', '2.25.1']]) {
      const deflated = failedSopInstanceUidList(list, '1.2.840.10008.1.2.1.99')
      expect(deflated.length % 2).toBe(0)
      expect(inflateRawSync(deflated)).toEqual(failedSopInstanceUidList(list, '1.2.840.10008.1.2.1'))
    }
  })

  it('that a 16-bit length does not hold is written as UN', () => {
    const fits = Array.from({ length: 1_008 }, () => `1.${'2'.repeat(62)}`)
    const short = Buffer.from(failedSopInstanceUidList(fits, '1.2.840.10008.1.2.1'))
    expect(short.subarray(0, 8)).toEqual(bytes('0800 5800 5549 f0ff'))
    const long = Buffer.from(failedSopInstanceUidList([...fits, ...fits.slice(0, 1)], '1.2.840.10008.1.2.1'))
    expect(long.subarray(0, 12)).toEqual(bytes('0800 5800 554e 0000 30000100'))
    expect(long.length).toBe(12 + 0x10030)
    const longer = Buffer.from(failedSopInstanceUidList([...fits, ...fits], '1.2.840.10008.1.2'))
    expect(longer.readUInt32LE(4)).toBe(longer.length - 8)
  })
})
