import { mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeFileMeta, type FileMeta, type FileMetaResult, parseFileMeta, readFileMeta } from '@dcm/dataset'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { element, explicitLittle } from './data-set.ts'
import { samples } from './samples.ts'

const meta: FileMeta = {
  mediaStorageSopClassUid: '1.2.3',
  mediaStorageSopInstanceUid: '1.2.34',
  transferSyntaxUid: '1.2.840.10008.1.2.1',
  implementationClassUid: '2.25.1',
  implementationVersionName: 'ODD',
  sourceApplicationEntityTitle: 'SCANNER',
  sendingApplicationEntityTitle: 'SENDER',
  receivingApplicationEntityTitle: 'ARCHIVE',
}
const dataSet = element(explicitLittle, 0x00080005, 'CS', 'ISO_IR 100')

/** A Part 10 file of these elements of group 0002. */
function part10(...elements: Buffer[]): Buffer {
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), ...elements, dataSet])
}
const groupLength = (value: number) =>
  element(explicitLittle, 0x00020000, 'UL', Buffer.from(Uint32Array.of(value).buffer))
const transferSyntax = (uid: string) => element(explicitLittle, 0x00020010, 'UI', uid)

describe('encodeFileMeta', () => {
  it('writes the preamble, the prefix and group 0002 as PS3.10 7.1 says', () => {
    const elements = Buffer.concat([
      element(explicitLittle, 0x00020001, 'OB', Buffer.from([0, 1])),
      element(explicitLittle, 0x00020002, 'UI', '1.2.3\0'),
      element(explicitLittle, 0x00020003, 'UI', '1.2.34'),
      element(explicitLittle, 0x00020010, 'UI', '1.2.840.10008.1.2.1\0'),
      element(explicitLittle, 0x00020012, 'UI', '2.25.1'),
      element(explicitLittle, 0x00020013, 'SH', 'ODD '),
      element(explicitLittle, 0x00020016, 'AE', 'SCANNER '),
      element(explicitLittle, 0x00020017, 'AE', 'SENDER'),
      element(explicitLittle, 0x00020018, 'AE', 'ARCHIVE '),
    ])
    const expected = Buffer.concat([
      Buffer.alloc(128),
      Buffer.from('DICM'),
      groupLength(elements.length),
      elements,
    ])
    expect(Buffer.from(encodeFileMeta(meta))).toEqual(expected)
  })

  it('leaves out what is absent or empty', () => {
    const { sourceApplicationEntityTitle, implementationVersionName, ...rest } = meta
    const less = { ...rest, sourceApplicationEntityTitle: '' }
    const result = parseFileMeta(Buffer.concat([encodeFileMeta(less), dataSet]))
    expect([sourceApplicationEntityTitle, implementationVersionName]).toEqual(['SCANNER', 'ODD'])
    expect(result).toMatchObject({ type: 'file-meta', meta: rest })
  })

  it.each([
    'mediaStorageSopClassUid',
    'mediaStorageSopInstanceUid',
    'transferSyntaxUid',
    'implementationClassUid',
  ] as const)('refuses an empty %s, which is type 1 (PS3.10 Table 7.1-1)', (field) => {
    expect(() => encodeFileMeta({ ...meta, [field]: '' })).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DCM_FILE_META_INVALID' }),
    )
  })

  it('writes malformed UIDs as they are', () => {
    const odd = { ...meta, mediaStorageSopInstanceUid: '../../etc/passwd\0\u00ff' }
    const result = parseFileMeta(Buffer.concat([encodeFileMeta(odd), dataSet]))
    expect(result).toMatchObject({ meta: { mediaStorageSopInstanceUid: odd.mediaStorageSopInstanceUid } })
  })

  it.each([
    ['too long', '1'.repeat(65_535), /65535 characters exceeds the limit of 65534/],
    ['wider than a byte', '1.2.\u65e5', /U\+65E5/],
  ])('refuses a value %s', (_, value, message) => {
    const encode = () => encodeFileMeta({ ...meta, mediaStorageSopInstanceUid: value })
    expect(encode).toThrow(message)
    expect(encode).toThrow(expect.objectContaining({ name: 'UsageError', code: 'DCM_FILE_META_INVALID' }))
  })
})

describe('parseFileMeta', () => {
  it('gives back what was encoded, and where the data set begins', () => {
    const encoded = encodeFileMeta(meta)
    const result = parseFileMeta(Buffer.concat([encoded, dataSet]))
    expect(result).toEqual({ type: 'file-meta', meta, dataSetOffset: encoded.length })
  })

  it('asks for more at every cut', () => {
    const encoded = encodeFileMeta(meta)
    for (let length = 0; length < encoded.length; length += 1) {
      expect(parseFileMeta(encoded.subarray(0, length))).toEqual({ type: 'incomplete' })
    }
  })

  it.each([
    ['no group length', []],
    ['a group length too small', [groupLength(4)]],
    ['a group length too large', [groupLength(1_000)]],
  ])('finds the data set with %s', (_, first) => {
    const elements = [...first, transferSyntax('1.2.840.10008.1.2')]
    const file = part10(...elements)
    expect(parseFileMeta(file)).toEqual({
      type: 'file-meta',
      meta: { transferSyntaxUid: '1.2.840.10008.1.2' },
      dataSetOffset: file.length - dataSet.length,
    })
  })

  it('takes the group length before compressed bytes, which may look like group 0002', () => {
    const syntax = transferSyntax('1.2.840.10008.1.2.1.99')
    const file = Buffer.concat([
      part10(groupLength(syntax.length), syntax).subarray(0, -dataSet.length),
      transferSyntax('1'),
    ])
    expect(parseFileMeta(file)).toMatchObject({ dataSetOffset: file.length - transferSyntax('1').length })
  })

  it('tells a file without the prefix, and a group 0002 that is none', () => {
    expect(parseFileMeta(Buffer.alloc(200))).toEqual({ type: 'no-prefix' })
    expect(parseFileMeta(part10(Buffer.from([2, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0])))).toMatchObject({
      type: 'malformed',
      reason: 'the element (0002,0000) has no value representation',
    })
  })
})

describe('readFileMeta', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dcm-dataset-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function readBytes(bytes: Uint8Array, maximumFileMetaBytes?: number): Promise<FileMetaResult> {
    const path = join(folder, 'file.dcm')
    await writeFile(path, bytes)
    await using handle = await open(path)
    return await readFileMeta(handle, maximumFileMetaBytes === undefined ? {} : { maximumFileMetaBytes })
  }

  it('agrees with parseFileMeta on every sample', async () => {
    for (const { bytes } of samples) expect(await readBytes(bytes)).toEqual(parseFileMeta(bytes))
  })

  it('reads on when private information makes the meta long, as far as the limit', async () => {
    const file = part10(
      transferSyntax('1.2'),
      element(explicitLittle, 0x00020102, 'OB', Buffer.alloc(20_000)),
    )
    expect(await readBytes(file)).toMatchObject({
      type: 'file-meta',
      dataSetOffset: file.length - dataSet.length,
    })
    expect(await readBytes(file, 10_000)).toEqual({
      type: 'malformed',
      reason: 'the file meta exceeds the limit of 10000 bytes',
    })
  })

  it('takes a file without a data set, and tells one cut inside its meta', async () => {
    const encoded = encodeFileMeta(meta)
    expect(await readBytes(encoded)).toEqual({ type: 'file-meta', meta, dataSetOffset: encoded.length })
    for (const length of [encoded.length - 1, encoded.length - 10, 140]) {
      expect(await readBytes(encoded.subarray(0, length))).toMatchObject({ type: 'malformed' })
    }
    expect(await readBytes(encoded.subarray(0, 131))).toEqual({ type: 'no-prefix' })
    expect(await readBytes(new Uint8Array())).toEqual({ type: 'no-prefix' })
  })
})
