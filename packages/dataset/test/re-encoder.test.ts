import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'
import { DataSetDecodeError, decodeDataSet, parseFileMeta, ReEncoder, reEncodings } from '@dcm/dataset'
import { describe, expect, it } from 'vitest'

const implicit = '1.2.840.10008.1.2'
const explicit = '1.2.840.10008.1.2.1'
const deflated = '1.2.840.10008.1.2.1.99'
const bigEndian = '1.2.840.10008.1.2.2'

const folder = join(import.meta.dirname, '../../../../shared/dicom-samples')

const uncompressed = readdirSync(folder)
  .filter((name) => name.endsWith('.dcm') && name !== 'MR_truncated.dcm')
  .flatMap((name) => {
    const file = readFileSync(join(folder, name))
    const parsed = parseFileMeta(file)
    if (parsed.type !== 'file-meta') return []
    const from = parsed.meta.transferSyntaxUid ?? ''
    if (![implicit, explicit, deflated, bigEndian].includes(from)) return []
    const bytes = file.subarray(parsed.dataSetOffset)
    return [{ name, from, bytes: from === deflated ? inflateRawSync(bytes) : bytes }]
  })

function reEncode(bytes: Uint8Array, from: string, to: string, step = bytes.length || 1): Buffer {
  const reEncoder = new ReEncoder({ from, to })
  const runs: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += step) runs.push(...reEncoder.push(bytes.subarray(at, at + step)))
  reEncoder.end()
  return Buffer.concat(runs)
}

/** What a data set says, whatever it is written in; group lengths say nothing. */
function meaning(bytes: Uint8Array, transferSyntaxUid: string): object {
  const json = decodeDataSet(bytes, { transferSyntaxUid })
  return Object.fromEntries(Object.entries(json).filter(([tag]) => !tag.endsWith('0000')))
}

describe('a data set written in another transfer syntax', () => {
  it.each(uncompressed.filter(({ name }) => !/badVR|UN_sequence|priv_SQ/.test(name)))(
    '$name means the same explicitly, and back',
    ({ from, bytes }) => {
      const plain = from === deflated ? explicit : from
      const there = reEncode(bytes, plain, explicit)
      if (plain !== implicit) expect(meaning(there, explicit)).toEqual(meaning(bytes, plain))
      const back = reEncode(there, explicit, implicit)
      if (plain === implicit) expect(meaning(back, implicit)).toEqual(meaning(bytes, implicit))
      expect(reEncode(reEncode(back, implicit, explicit), explicit, implicit)).toEqual(back)
    },
  )

  it('is the same wherever its pieces are cut', () => {
    for (const { from, bytes } of uncompressed.slice(0, 20)) {
      if (bytes.length > 100_000) continue
      const plain = from === deflated ? explicit : from
      expect(reEncode(bytes, plain, implicit, 1)).toEqual(reEncode(bytes, plain, implicit))
    }
  })

  it.each([
    ['implicit', implicit, [explicit]],
    ['explicit', explicit, [implicit]],
    ['big endian', bigEndian, [explicit, implicit]],
    ['deflated', deflated, [explicit, implicit]],
    ['compressed', '1.2.840.10008.1.2.5', []],
  ])('what is %s can be written as each of these, the best first', (_, from, to) => {
    expect(reEncodings(from)).toEqual(to)
  })

  it('is refused when it is cut short, or encapsulated', () => {
    const header = Buffer.from('e07f10004f420000ffffffff', 'hex')
    expect(() => reEncode(header, explicit, implicit)).toThrow(DataSetDecodeError)
    expect(() => reEncode(Buffer.from('080016005549040031', 'hex'), explicit, implicit)).toThrow(
      DataSetDecodeError,
    )
  })

  it('writes values too long for a short VR as UN', () => {
    const header = Buffer.from('1000100000000200', 'hex')
    const there = reEncode(Buffer.concat([header, Buffer.alloc(131_072, 0x20)]), implicit, explicit)
    expect(there.subarray(0, 12).toString('hex')).toBe('10001000554e000000000200')
  })
})
