import { type FileHandle, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type BulkDataValue,
  characterSet,
  decodeDataSet,
  type DicomJson,
  encodeDataSet,
  identifier,
  readPart10File,
  type ReadPart10FileOptions,
  textOf,
  writePart10File,
} from '@dcm/dataset'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { samplePath } from './dcmtk.ts'

const explicit = '1.2.840.10008.1.2.1'
const meta = {
  mediaStorageSopClassUid: '1.2.840.10008.5.1.4.1.1.7',
  mediaStorageSopInstanceUid: '1.2.3',
  transferSyntaxUid: explicit,
  implementationClassUid: '2.25.1',
}
const json = identifier({ SOPInstanceUID: '1.2.3', PatientName: 'Äneas', PixelData: new Uint8Array(300_000) })

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dcm-part10-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function read(path: string, options?: ReadPart10FileOptions) {
  await using handle = await open(path)
  return await readPart10File(handle, options)
}

describe('a Part 10 file', () => {
  it.each(['1.2.840.10008.1.2.1', '1.2.840.10008.1.2', '1.2.840.10008.1.2.1.99'])(
    'that is cut in %s leaves what was read where it was wanted',
    async (transferSyntaxUid) => {
      const path = join(folder, `cut-${transferSyntaxUid}.dcm`)
      const whole = identifier({
        SOPInstanceUID: '1.2.3',
        ReferencedSeriesSequence: [{ SeriesInstanceUID: '1.2.4' }],
        ImageComments: Array.from({ length: 5_000 }, (_, index) => index.toString(36)).join(' '),
      })
      {
        await using handle = await open(path, 'w')
        const dataSet = encodeDataSet(whole, { transferSyntaxUid })
        const written = await writePart10File(handle, { ...meta, transferSyntaxUid }, [dataSet])
        await handle.truncate(written - 100)
      }
      const into: DicomJson = {}
      await expect(read(path, { into })).rejects.toThrow(/ends inside an element|deflate/)
      expect(into).toMatchObject({
        '00080018': { vr: 'UI', Value: ['1.2.3'] },
        '00081115': { vr: 'SQ', Value: [{ '0020000E': { vr: 'UI', Value: ['1.2.4'] } }] },
      })
      expect(textOf(into, 'ImageComments')).toBeUndefined()
    },
  )

  it('is written batch by batch, and read', async () => {
    const path = join(folder, 'written.dcm')
    const bytes = encodeDataSet(json, { transferSyntaxUid: explicit })
    {
      await using handle = await open(path, 'w')
      const written = await writePart10File(handle, meta, [bytes.subarray(0, 1_000), bytes.subarray(1_000)])
      expect(written).toBe((await readFile(path)).length)
    }
    const file = await read(path)
    expect(file).toMatchObject({ meta, transferSyntaxUid: explicit })
    expect(file.dataSet).toEqual({ ...json, '00080005': { vr: 'CS', Value: ['ISO_IR 192'] } })
  })

  it('is written in pieces where a batch has 2 GiB or more', async () => {
    const pieces: (readonly [length: number, position: number])[] = []
    const handle = {
      write: (buffer: Uint8Array, _offset: number, length: number, position: number) => {
        // As fs.write() does.
        if (length > 2 ** 31 - 1) return Promise.reject(new RangeError(`length is ${String(length)}`))
        pieces.push([length, position])
        return Promise.resolve({ bytesWritten: length, buffer })
      },
    } as unknown as FileHandle
    // Nobody touches it, so it takes no memory.
    const written = await writePart10File(handle, meta, new Uint8Array(2 ** 31 + 2))
    const [[header] = [0], ...rest] = pieces
    expect(rest).toEqual([
      [2 ** 30, header],
      [2 ** 30, header + 2 ** 30],
      [2, header + 2 ** 31],
    ])
    expect(written).toBe(header + 2 ** 31 + 2)
  })

  it('is given up where the handle takes nothing', async () => {
    const handle = {
      write: (buffer: Uint8Array) => Promise.resolve({ bytesWritten: 0, buffer }),
    } as unknown as FileHandle
    await expect(writePart10File(handle, meta, [])).rejects.toThrow('wrote nothing')
  })

  it.each([
    'CT_small.dcm',
    'MR_small_bigendian.dcm',
    'image_dfl.dcm',
    'MR_small_RLE.dcm',
    'examples_rgb_color.dcm',
  ])('%s: bulk data is left in the file, and can be found there', async (name) => {
    const found: BulkDataValue[] = []
    const bulkData = {
      thresholdBytes: 1_000,
      uri: (value: BulkDataValue) => `#${String(found.push(value) - 1)}`,
    }
    const { dataSet, transferSyntaxUid, dataSetOffset } = await read(samplePath(name), { bulkData })
    const pixelData = found.find(({ path }) => path[0] === 0x7fe00010)
    expect(dataSet['7FE00010']?.BulkDataURI).toBe(`#${String(pixelData && found.indexOf(pixelData))}`)
    const bytes = await readFile(samplePath(name))
    const whole = decodeDataSet(bytes.subarray(dataSetOffset), { transferSyntaxUid })
    for (const { path, vr, offset, length } of found) {
      if (path.length > 1 || length === undefined || name === 'image_dfl.dcm' || vr !== 'OB') continue
      const tag = (path[0] ?? 0).toString(16).toUpperCase().padStart(8, '0')
      const start = dataSetOffset + offset
      expect(bytes.subarray(start, start + length).toString('base64')).toBe(whole[tag]?.InlineBinary)
    }
    const inline = Object.entries(dataSet).filter(([, element]) => element.BulkDataURI === undefined)
    expect(whole).toMatchObject(Object.fromEntries(inline))
  })

  it.each([[[]], [['ISO_IR 100']], [['', 'ISO 2022 IR 87']], [['ISO_IR 192']]])(
    'text that is left in the file can be read there, in %j',
    (specificCharacterSet) => {
      const inJapanese = specificCharacterSet.length === 2
      const text = (inJapanese ? '山田' : specificCharacterSet.length === 0 ? 'Ask' : 'Ä').repeat(1_000)
      const remarks = identifier({ TextValue: text, ReferencedSeriesSequence: [{ TextValue: text }] })
      const bytes = encodeDataSet(remarks, { transferSyntaxUid: explicit, specificCharacterSet })
      const found: string[] = []
      const uri = ({ offset, length = 0, specificCharacterSet: terms }: BulkDataValue) => {
        found.push(
          characterSet(terms)
            ?.decode(bytes.subarray(offset, offset + length), '')
            .trimEnd() ?? '',
        )
        return 'x'
      }
      decodeDataSet(bytes, { transferSyntaxUid: explicit, bulkData: { thresholdBytes: 500, uri } })
      expect(found).toEqual([text, text])
    },
  )

  it('is read in little memory and time, however large its pixel data', async () => {
    const path = join(folder, 'sparse.dcm')
    const large = 4_000_000_000
    {
      await using handle = await open(path, 'w')
      const head = encodeDataSet(identifier({ PatientID: '1' }), { transferSyntaxUid: explicit })
      const pixelData = Buffer.from('e07f1000' + '4f420000' + '00000000', 'hex')
      pixelData.writeUInt32LE(large, 8)
      const written = await writePart10File(handle, meta, [head, pixelData])
      await handle.truncate(written + large)
    }
    const bulkData = { thresholdBytes: 1_000, uri: ({ length }: BulkDataValue) => `#${String(length)}` }
    const { dataSet } = await read(path, { bulkData })
    expect(dataSet).toEqual({
      '00100020': { vr: 'LO', Value: ['1'] },
      '7FE00010': { vr: 'OB', BulkDataURI: `#${String(large)}` },
    })
    await expect(read(path)).rejects.toThrow(expect.objectContaining({ code: 'DCM_DATA_SET_TOO_LARGE' }))
    {
      await using handle = await open(path, 'r+')
      await handle.truncate(large)
    }
    await expect(read(path, { bulkData })).rejects.toThrow(
      expect.objectContaining({ code: 'DCM_DATA_SET_TRUNCATED' }),
    )
  })

  it('is none without a preamble, unless its transfer syntax is known', async () => {
    const name = samplePath('rtstruct.dcm')
    await expect(read(name)).rejects.toThrow(expect.objectContaining({ code: 'DCM_DATA_SET_MALFORMED' }))
    const { dataSet } = await read(name, { assumedTransferSyntaxUid: '1.2.840.10008.1.2' })
    expect(textOf(dataSet, 'Modality')).toBe('RTSTRUCT')
  })

  it('whose meta has an empty transfer syntax is like one whose meta has none', async () => {
    const path = join(folder, 'no-transfer-syntax.dcm')
    const dataSet = encodeDataSet(identifier({ PatientID: '7' }), { transferSyntaxUid: '1.2.840.10008.1.2' })
    const emptyUid = Buffer.from('0200100055490000', 'hex')
    await writeFile(path, Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), emptyUid, dataSet]))
    await expect(read(path)).rejects.toThrow('its meta has no transfer syntax')
    const file = await read(path, { assumedTransferSyntaxUid: '1.2.840.10008.1.2' })
    expect(textOf(file.dataSet, 'PatientID')).toBe('7')
  })

  it.each([
    ['empty', Buffer.alloc(0)],
    ['no DICOM', Buffer.alloc(1_000)],
    ['cut in its meta', Buffer.concat([Buffer.alloc(128), Buffer.from('DICM\x02\0')])],
  ])('is none when it is %s', async (name, bytes) => {
    const path = join(folder, `${name}.dcm`)
    await writeFile(path, bytes)
    await expect(read(path)).rejects.toThrow(
      expect.objectContaining({ name: 'DataSetDecodeError', code: 'DCM_DATA_SET_MALFORMED' }),
    )
  })
})
