import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import {
  canReEncode,
  decodeDataSet,
  encodeDataSet,
  identifier,
  parseFileMeta,
  reEncode,
  reEncodeBatches,
} from '@dcm/dataset'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { batches, cut, join } from './batches.ts'
import { definedItem, element, explicitLittle, implicitLittle } from './data-set.ts'
import { dcmtk, samplePath } from './dcmtk.ts'
import { samples } from './samples.ts'

const implicit = '1.2.840.10008.1.2'
const explicit = '1.2.840.10008.1.2.1'
const deflated = '1.2.840.10008.1.2.1.99'

/** One is cut; the other has a value of odd length, which DCMTK pads. */
const broken = ['MR_truncated.dcm', 'nested_priv_SQ.dcm']

function partsOf(bytes: Buffer): { transferSyntaxUid: string | undefined; dataSet: Buffer } {
  const result = parseFileMeta(bytes)
  if (result.type !== 'file-meta') return { transferSyntaxUid: undefined, dataSet: bytes }
  return { transferSyntaxUid: result.meta.transferSyntaxUid, dataSet: bytes.subarray(result.dataSetOffset) }
}

async function reEncoded(bytes: Uint8Array, from: string, to: string, size = 4_096): Promise<Uint8Array> {
  return join(...(await batches(reEncode(cut(bytes, [size]), { from, to }))))
}

describe('the samples that are not compressed', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(joinPath(tmpdir(), 'dcm-transcode-'))
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  const convertible = samples.flatMap(({ name, bytes }) => {
    const { transferSyntaxUid: from, dataSet } = partsOf(bytes)
    return !broken.includes(name) && (from === implicit || from === explicit) ? [{ name, from, dataSet }] : []
  })

  it('are many', () => {
    expect(convertible.length).toBeGreaterThan(50)
  })

  it.each(convertible)('$name: as dcmconv', async ({ name, from, dataSet }) => {
    const to = from === implicit ? explicit : implicit
    const converted = joinPath(folder, name)
    dcmtk('dcmconv', '-q', '-e', to === implicit ? '+ti' : '+te', samplePath(name), converted)
    const theirs = partsOf(readFileSync(converted)).dataSet
    const ours = await reEncoded(dataSet, from, to)
    expect(decodeDataSet(ours, { transferSyntaxUid: to })).toEqual(
      decodeDataSet(theirs, { transferSyntaxUid: to }),
    )
  })
})

describe('re-encoding', () => {
  it('keeps values byte for byte, and hands large ones on as they are', async () => {
    const pixels = new Uint8Array(10_000).fill(7)
    const head = element(implicitLittle, 0x7fe00010, '', '', pixels.length)
    const source = [head, pixels]
    const given: Uint8Array[] = []
    for await (const batch of reEncode(source, { from: implicit, to: explicit })) given.push(batch)
    expect(given.at(-1)?.buffer).toBe(pixels.buffer)
    expect(join(...given)).toEqual(join(element(explicitLittle, 0x7fe00010, 'OW', '', pixels.length), pixels))
  })

  it('tells signed values by the nearest Pixel Representation', async () => {
    const smallest = (vr: string, notation = implicitLittle) =>
      element(notation, 0x00280106, vr, Buffer.of(0xff, 0xff))
    const representation = (value: number) => element(implicitLittle, 0x00280103, '', Buffer.of(value, 0))
    const bytes = Buffer.concat([
      element(implicitLittle, 0x00081140, '', definedItem(implicitLittle, representation(0), smallest(''))),
      representation(1),
      smallest(''),
    ])
    const json = decodeDataSet(await reEncoded(bytes, implicit, explicit), { transferSyntaxUid: explicit })
    expect(json['00280106']).toEqual({ vr: 'SS', Value: [-1] })
    expect(json['00081140']?.Value).toEqual([
      { '00280103': { vr: 'US', Value: [0] }, '00280106': { vr: 'US', Value: [65_535] } },
    ])
  })

  it('leaves group lengths out', async () => {
    const bytes = Buffer.concat([
      element(implicitLittle, 0x00100000, '', Buffer.of(10, 0, 0, 0)),
      element(implicitLittle, 0x00100020, '', 'ab'),
    ])
    expect(await reEncoded(bytes, implicit, explicit)).toEqual(
      join(element(explicitLittle, 0x00100020, 'LO', 'ab')),
    )
  })

  it('writes values too long for 16 bits of length as UN', async () => {
    const bytes = element(implicitLittle, 0x00280010, '', new Uint8Array(70_000))
    const header = Buffer.from(await reEncoded(bytes, implicit, explicit)).subarray(0, 12)
    expect(header.toString('hex')).toBe('28001000' + '554e0000' + '70110100')
  })

  it('keeps private sequences sequences', async () => {
    const json = {
      '00090010': { vr: 'LO', Value: ['ACME'] },
      '00091001': { vr: 'SQ', Value: [identifier({ PatientID: '1' })] },
    }
    for (const size of [1, 7, 4_096]) {
      const bytes = encodeDataSet(json, { transferSyntaxUid: explicit })
      const written = await reEncoded(bytes, explicit, implicit, size)
      expect(decodeDataSet(written, { transferSyntaxUid: implicit })).toEqual(json)
    }
  })

  it('is refused at once for other transfer syntaxes', () => {
    for (const [from, to] of [
      [explicit, '1.2.840.10008.1.2.2'],
      ['1.2.840.10008.1.2.4.50', implicit],
    ] as const) {
      expect(canReEncode(from, to)).toBe(false)
      expect(() => reEncode([], { from, to })).toThrow(
        expect.objectContaining({ name: 'UsageError', code: 'DCM_RE_ENCODING_UNSUPPORTED' }),
      )
    }
    expect(canReEncode(explicit, implicit)).toBe(true)
  })

  it('closes its source when left early', async () => {
    let isClosed = false
    async function* source() {
      try {
        for (;;) yield await Promise.resolve(element(implicitLittle, 0x00100020, '', 'ab'))
      } finally {
        isClosed = true
      }
    }
    const batch = reEncode(source(), { from: implicit, to: explicit })
    expect((await batch.next()).done).toBe(false)
    await batch.return()
    expect(isClosed).toBe(true)
  })
})

it('leaves all others their turn, however many elements a batch has', async () => {
  const empty = element(implicitLittle, 0x00091000, '', '')
  async function* source() {
    yield await Promise.resolve([Buffer.concat(Array.from({ length: 200_000 }, () => empty))])
  }
  const written = { isThere: false }
  const reading = reEncodeBatches(source(), { from: implicit, to: explicit }).next()
  void reading.then(() => {
    written.isThere = true
  })
  let turns = 0
  for (; !written.isThere; turns++) await setImmediate()
  expect(turns).toBeGreaterThan(2)
  const { value } = await reading
  expect(join(...(value ?? []))).toHaveLength(200_000 * 12)
})

describe('a deflated data set, in batches', () => {
  const json = identifier({ PatientID: '4711', EncapsulatedDocument: new Uint8Array(1_000_000) })
  const bytes = encodeDataSet(json, { transferSyntaxUid: deflated })

  async function written(source: AsyncIterable<Uint8Array>, to: string): Promise<Uint8Array> {
    const inBatches = async function* () {
      for await (const run of source) yield [run]
    }
    const runs: Uint8Array[] = []
    for await (const batch of reEncodeBatches(inBatches(), { from: deflated, to })) {
      for (const run of batch) runs.push(Uint8Array.from(run))
    }
    return join(...runs)
  }

  it.each([implicit, explicit])('means the same in %s, however it is cut', async (to) => {
    for (const size of [100, 1_000_000]) {
      const again = decodeDataSet(await written(cut(bytes, [size]), to), { transferSyntaxUid: to })
      expect(again).toEqual(decodeDataSet(bytes, { transferSyntaxUid: deflated }))
    }
  })

  it('is refused when it is cut short, or is something else', async () => {
    for (const wrong of [bytes.subarray(0, bytes.length - 20), Buffer.from('this is not deflated')]) {
      await expect(written(cut(wrong, [50]), implicit)).rejects.toMatchObject({
        name: 'DataSetDecodeError',
        code: 'DCM_DATA_SET_DEFLATE',
      })
    }
  })

  it('throws what its source throws', async () => {
    async function* failing() {
      yield await Promise.resolve(bytes.subarray(0, 10))
      throw new Error('the disk is gone')
    }
    await expect(written(failing(), implicit)).rejects.toThrow('the disk is gone')
  })
})
