import { deflateRawSync } from 'node:zlib'
import {
  DataSetDecodeError,
  decodeDataSet,
  decodeDataSetStream,
  type DecodeLimits,
  encodeDataSet,
  HeadReader,
  identifier,
  reEncode,
} from '@dcm/dataset'
import { describe, expect, it } from 'vitest'
import { batches, cut } from './batches.ts'
import {
  definedItem,
  element,
  explicitLittle,
  implicitLittle,
  undefinedItem,
  undefinedSequence,
} from './data-set.ts'

const implicit = '1.2.840.10008.1.2'
const explicit = '1.2.840.10008.1.2.1'
const deflated = '1.2.840.10008.1.2.1.99'
const referencedStudySequence = 0x00081110

function expectCode(decode: () => unknown, code: string): void {
  expect(decode).toThrow(expect.objectContaining({ name: 'DataSetDecodeError', code }))
}

function decode(bytes: Uint8Array, transferSyntaxUid = explicit, limits: DecodeLimits = {}) {
  return decodeDataSet(bytes, { transferSyntaxUid, limits })
}

describe('what a peer may send', () => {
  it.each(['235959.9', '1e4000', '99999999999999999999'])(
    'gives %s for a whole number, which stays a text',
    (text) => {
      const bytes = element(explicitLittle, 0x00200013, 'IS', Buffer.from(text))
      const decoded = decode(bytes)
      expect(decoded).toEqual({ '00200013': { vr: 'IS', Value: [text] } })
      expect(Buffer.from(encodeDataSet(decoded, { transferSyntaxUid: explicit }))).toEqual(bytes)
    },
  )

  it('nests sequences 20000 deep, with delimiters', () => {
    const open = Buffer.from('08001011' + '53510000' + 'ffffffff' + 'feff00e0ffffffff', 'hex')
    expectCode(() => decode(Buffer.concat(Array<Buffer>(20_000).fill(open))), 'DCM_DATA_SET_TOO_DEEP')
    const implicitOpen = Buffer.from('09000110' + 'ffffffff' + 'feff00e0ffffffff', 'hex')
    expectCode(
      () => decode(Buffer.concat(Array<Buffer>(20_000).fill(implicitOpen)), implicit),
      'DCM_DATA_SET_TOO_DEEP',
    )
  })

  it('nests sequences 20000 deep, with lengths', () => {
    const headers: Buffer[] = []
    for (let left = 20_000; left > 0; left -= 1) {
      const header = Buffer.from('08001011' + '00000000' + 'feff00e0' + '00000000', 'hex')
      header.writeUInt32LE(left * 16 - 8, 4)
      header.writeUInt32LE(left * 16 - 16, 12)
      headers.push(header)
    }
    expectCode(() => decode(Buffer.concat(headers), implicit), 'DCM_DATA_SET_TOO_DEEP')
  })

  it('is as deep as allowed, and not deeper', () => {
    let json = identifier({})
    for (let depth = 0; depth < 512; depth += 1) json = { '00081110': { vr: 'SQ', Value: [json] } }
    const bytes = encodeDataSet(json, { transferSyntaxUid: explicit, maximumDepth: 512 })
    expect(decode(bytes, explicit, { maximumDepth: 512 })).toEqual(json)
    expectCode(() => decode(bytes, explicit, { maximumDepth: 511 }), 'DCM_DATA_SET_TOO_DEEP')
    expect(() => encodeDataSet(json, { transferSyntaxUid: explicit })).toThrow(
      expect.objectContaining({ code: 'DCM_DATA_SET_INVALID' }),
    )
  })

  it.each([
    ['a value of 4 GiB', element(explicitLittle, 0x00204000, 'UT', 'x', 0xfffffffe)],
    [
      'a value of an undefined length that may have none',
      element(explicitLittle, 0x00204000, 'UT', '', 0xffffffff),
    ],
    [
      'an item longer than its sequence',
      element(explicitLittle, referencedStudySequence, 'SQ', Buffer.from('feff00e0ff000000', 'hex')),
    ],
    [
      'a value that passes the end of a sequence, in an item that has none',
      element(
        explicitLittle,
        referencedStudySequence,
        'SQ',
        undefinedItem(explicitLittle, element(explicitLittle, 0x00100020, 'LO', 'ab', 200)).subarray(0, 18),
      ),
    ],
    ['half a header', Buffer.from('0800', 'hex')],
    ['an item where an element belongs', Buffer.from('feff00e000000000', 'hex')],
    ['a delimiter of nothing', Buffer.from('feff0de000000000', 'hex')],
    [
      'an element where an item belongs',
      element(explicitLittle, referencedStudySequence, 'SQ', element(explicitLittle, 0x00100020, 'LO', 'ab')),
    ],
    [
      'a delimiter within an item of a length',
      element(
        explicitLittle,
        referencedStudySequence,
        'SQ',
        definedItem(
          explicitLittle,
          Buffer.from('feff0de000000000', 'hex'),
          element(explicitLittle, 0x00100020, 'LO', 'ab'),
        ),
      ),
    ],
    ['a VR that is none', Buffer.from('08000500' + '61620000', 'hex')],
    ['a sequence without an end', Buffer.from('08001011' + '53510000' + 'ffffffff', 'hex')],
    [
      'a fragment of undefined length',
      Buffer.from('e07f1000' + '4f420000' + 'ffffffff' + 'feff00e0ffffffff', 'hex'),
    ],
  ])('has %s', async (_, bytes) => {
    expectCode(() => decode(bytes), expect.stringMatching(/_(?:MALFORMED|TRUNCATED|TOO_LARGE)$/) as string)
    const streamed = batches(reEncode(cut(bytes, [1]), { from: explicit, to: implicit }))
    await expect(streamed).rejects.toThrow(DataSetDecodeError)
  })

  it('delimits what has a length', async () => {
    const id = element(explicitLittle, 0x00100020, 'LO', 'ab')
    const item = definedItem(explicitLittle, id, Buffer.from('feff0de000000000', 'hex'))
    const items = [item, undefinedItem(explicitLittle, id), Buffer.from('feffdde000000000', 'hex')]
    const bytes = Buffer.concat([
      element(explicitLittle, referencedStudySequence, 'SQ', Buffer.concat(items)),
      element(explicitLittle, referencedStudySequence + 5, 'SQ', item),
      id,
    ])
    const json = identifier({
      ReferencedStudySequence: [{ PatientID: 'ab' }, { PatientID: 'ab' }],
      ReferencedSeriesSequence: [{ PatientID: 'ab' }],
      PatientID: 'ab',
    })
    expect(decode(bytes)).toEqual(json)
    const streamed = await batches(reEncode(cut(bytes, [1]), { from: explicit, to: implicit }))
    expect(decode(Buffer.concat(streamed), implicit)).toEqual(json)
  })

  it.each(['OB', 'OD', 'OF', 'OL', 'OV', 'OW'])('has fragments of the VR %s', (vr) => {
    const fragments = [Buffer.from('feff00e000000000', 'hex'), definedItem(explicitLittle, Buffer.alloc(8))]
    const bytes = undefinedSequence(explicitLittle, 0x7fe00010, vr, ...fragments)
    const DataFragment = [null, { InlineBinary: Buffer.alloc(8).toString('base64') }]
    const json = decode(bytes)
    expect(json).toEqual({ '7FE00010': { vr, DataFragment } })
    expect(Buffer.from(encodeDataSet(json, { transferSyntaxUid: explicit }))).toEqual(bytes)
    const head = new HeadReader({ transferSyntaxUid: explicit, tags: [0xfffcfffc] })
    head.push(bytes)
    head.end()
    expect(head.failure).toBeUndefined()
  })

  it('has more elements, items or values than allowed', () => {
    const limits = { maximumValues: 1_000 }
    const one = element(implicitLittle, 0x00091001, '', '')
    const item = definedItem(implicitLittle)
    for (const bytes of [
      Buffer.concat(Array<Buffer>(1_001).fill(one)),
      element(implicitLittle, referencedStudySequence, '', Buffer.concat(Array<Buffer>(1_001).fill(item))),
      element(implicitLittle, 0x00080018, '', '\\'.repeat(1_002)),
      element(implicitLittle, 0x00280010, '', Buffer.alloc(2_004)),
    ]) {
      expectCode(() => decode(bytes, implicit, limits), 'DCM_DATA_SET_TOO_MANY_VALUES')
      expect(decode(bytes, implicit)).toBeTypeOf('object')
    }
  })

  it('inflates a thousandfold', async () => {
    // 64 MiB of zeros, four times as much as is allowed.
    const bytes = deflateRawSync(Buffer.alloc(67_108_864), { level: 1 })
    expectCode(() => decode(bytes, deflated), 'DCM_DATA_SET_TOO_LARGE')
    const elements = Buffer.concat([
      element(explicitLittle, 0x7fe00010, 'OB', '', 67_108_864),
      Buffer.alloc(67_108_864),
    ])
    const pixels = deflateRawSync(elements, { level: 1 })
    await expect(
      decodeDataSetStream(cut(pixels, [4_096]), {
        transferSyntaxUid: deflated,
        bulkData: { thresholdBytes: 1_024, uri: () => 'x' },
      }),
    ).rejects.toThrow(expect.objectContaining({ code: 'DCM_DATA_SET_TOO_LARGE' }))
  })

  it('is larger than allowed', async () => {
    const bytes = encodeDataSet(identifier({ PatientComments: 'x'.repeat(2_000) }), {
      transferSyntaxUid: explicit,
    })
    expectCode(() => decode(bytes, explicit, { maximumDataSetBytes: 2_000 }), 'DCM_DATA_SET_TOO_LARGE')
    await expect(
      decodeDataSetStream(cut(bytes, [100]), {
        transferSyntaxUid: explicit,
        limits: { maximumDataSetBytes: 1_000 },
      }),
    ).rejects.toThrow(expect.objectContaining({ code: 'DCM_DATA_SET_TOO_LARGE' }))
  })

  it('comes byte by byte, and the work is the same', async () => {
    const json = identifier({ SelectorUTValue: 'x'.repeat(100_000) })
    const bytes = encodeDataSet(json, { transferSyntaxUid: explicit })
    expect(await decodeDataSetStream(cut(bytes, [1]), { transferSyntaxUid: explicit })).toEqual(json)
  })

  it('repeats an element: the first counts', () => {
    const twice = [
      element(explicitLittle, 0x00100020, 'LO', 'a1'),
      element(explicitLittle, 0x00100020, 'LO', 'b2'),
    ]
    expect(decode(Buffer.concat(twice))).toEqual(identifier({ PatientID: 'a1' }))
  })

  it('has numbers of a length that they cannot have: they are shown as bytes', () => {
    expect(decode(element(explicitLittle, 0x00280010, 'US', Buffer.of(1, 2, 3)))).toEqual({
      '00280010': { vr: 'UN', InlineBinary: 'AQID' },
    })
  })
})

describe('limits', () => {
  it.each([
    { maximumDepth: 513 },
    { maximumDepth: -1 },
    { maximumValues: 1.5 },
    { maximumDataSetBytes: NaN },
  ])('are whole numbers in their range: %j', (limits) => {
    expect(() => decode(Buffer.alloc(0), explicit, limits)).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DCM_DATA_SET_LIMIT' }),
    )
  })
})
