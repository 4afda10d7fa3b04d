import { writeFileSync } from 'node:fs'
import { open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  dataSetEncoding,
  decodeDataSet,
  decodeDataSetStream,
  dictionaryEntry,
  elementOf,
  encodeDataSet,
  encodeFileMeta,
  formatTag,
  HeadReader,
  identifier,
  itemsOf,
  jsonTag,
  keywordOf,
  keywordValues,
  parseFileMeta,
  parseTag,
  readFileMeta,
  readPart10File,
  reEncode,
  ReEncoder,
  tagOf,
  textOf,
  valuesOf,
  vrOf,
  writePart10File,
} from '@dcm/dataset'
import { describe, expect, it } from 'vitest'

const implicit = '1.2.840.10008.1.2'
const explicit = '1.2.840.10008.1.2.1'
const options = { transferSyntaxUid: implicit }
const json = { '00100020': { vr: 'LO', Value: ['7'] } }
const bytes = encodeDataSet(json, options)

function refused(code: string) {
  return expect.objectContaining({ name: 'UsageError', code }) as Error
}

// What a compiler would say, where there is one.
describe('from JavaScript', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['an ArrayBuffer', new ArrayBuffer(8)],
    ['a DataView', new DataView(new ArrayBuffer(8))],
    ['a promise', Promise.resolve(bytes)],
    ['an array of bytes', [...bytes]],
    ['text', '0800'],
  ])('what is decoded may not be %s, of which some were an empty data set', (_what, wrong) => {
    expect(() => decodeDataSet(wrong as never, options)).toThrow(refused('DCM_DATA_SET_TYPE'))
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a misspelt one', { transferSyntax: implicit }],
    ['a UID in place of options', implicit],
  ])('a transfer syntax may not be left out: %s', (_what, wrong) => {
    expect(() => decodeDataSet(bytes, wrong as never)).toThrow(refused('DCM_UID_INVALID'))
    expect(() => encodeDataSet(json, wrong as never)).toThrow(refused('DCM_UID_INVALID'))
    expect(() => new HeadReader({ tags: [0x00100020], ...(wrong as object) } as never)).toThrow(
      refused('DCM_UID_INVALID'),
    )
  })

  it.each(['ImplicitVRLittleEndian', `${implicit}\0`, ` ${implicit}`])(
    'nothing is written in %j as if that was explicit little endian',
    (transferSyntaxUid) => {
      expect(() => encodeDataSet(json, { transferSyntaxUid })).toThrow(refused('DCM_UID_INVALID'))
    },
  )

  it.each<[string, unknown]>([
    ['bytes', bytes],
    ['text', 'text'],
    ['batches of text', ['text']],
    ['batches of numbers', [1, 2]],
    ['what has a read()', { read: () => Promise.resolve(undefined) }],
    ['nothing', undefined],
  ])('a source may not be %s', async (_what, source) => {
    await expect(decodeDataSetStream(source as never, options)).rejects.toThrow(refused('DCM_DATA_SET_TYPE'))
    await expect(
      (async () => {
        const written: Uint8Array[] = []
        for await (const run of reEncode(source as never, { from: implicit, to: explicit })) written.push(run)
      })(),
    ).rejects.toThrow(refused('DCM_DATA_SET_TYPE'))
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 5],
    ['text', JSON.stringify(json)],
    ['a promise of them', Promise.resolve(json)],
    ['a Map', new Map(Object.entries(json))],
    ['an array', [json]],
  ])('elements may not be %s', (_what, wrong) => {
    expect(() => encodeDataSet(wrong as never, options)).toThrow(refused('DCM_DATA_SET_INVALID'))
    expect(() => identifier(wrong as never)).toThrow(refused('DCM_DATA_SET_INVALID'))
    const items = { '00081110': { vr: 'SQ', Value: [wrong] } }
    expect(() => encodeDataSet(items as never, options)).toThrow(refused('DCM_DATA_SET_INVALID'))
  })

  it.each([
    ['value', { vr: 'LO', value: ['7'] }],
    ['inlineBinary', { vr: 'OB', inlineBinary: 'AAAA' }],
    ['bulkDataUri', { vr: 'OB', bulkDataUri: 'file:' }],
  ])('an element with a misspelt %s is not written without a value', (name, element) => {
    expect(() => encodeDataSet({ '00100020': element }, options)).toThrow(`it has ${name}; allowed are Value`)
  })

  it.each<[string, unknown]>([
    ['undefined among others', { StudyInstanceUID: ['1.2', undefined] }],
    ['NaN', { PatientID: NaN }],
    ['true', { PatientID: true }],
    ['a function', { PatientID: () => '7' }],
    ['a Date', { StudyDate: new Date() }],
  ])('a key may not be %s', (_what, keys) => {
    expect(() => identifier(keys as never)).toThrow(refused('DCM_DATA_SET_INVALID'))
  })

  it('bulk data may not be promised', () => {
    const bulk = { '7FE00010': { vr: 'OW', BulkDataURI: 'x' } }
    const bulkData = () => Promise.resolve(bytes)
    expect(() => encodeDataSet(bulk, { ...options, bulkData: bulkData as never })).toThrow(
      refused('DCM_DATA_SET_INVALID'),
    )
  })

  it('a limit may not be misspelt, which would limit nothing', () => {
    const limits = { maximumValue: 1 } as never
    expect(() => decodeDataSet(bytes, { ...options, limits })).toThrow(refused('DCM_DATA_SET_LIMIT'))
  })

  it('a file may not be its path', async () => {
    for (const done of [
      readPart10File('/1.dcm' as never),
      readFileMeta('/1.dcm' as never),
      writePart10File('/1.dcm' as never, meta, bytes),
    ]) {
      await expect(done).rejects.toThrow(refused('DCM_FILE_HANDLE'))
    }
  })

  it('a character set may not be text', () => {
    expect(() => encodeDataSet(json, { ...options, specificCharacterSet: 'ISO_IR 100' as never })).toThrow(
      refused('DCM_CHARACTER_SET_UNKNOWN'),
    )
  })

  it.each(['PatientID', '00100020', NaN, undefined, [0x00100020]])(
    'a tag may not be %j, which would be some other element, or none',
    (tag) => {
      const reader = new HeadReader({ ...options, tags: [0x00100020] })
      for (const ask of [
        () => new HeadReader({ ...options, tags: [tag] as never }),
        () => reader.value(tag as never),
        () => reader.text(tag as never),
        () => dictionaryEntry(tag as never),
        () => keywordOf(tag as never),
        () => vrOf(tag as never),
        () => formatTag(tag as never),
        () => jsonTag(tag as never),
      ]) {
        expect(ask).toThrow(refused('DCM_TAG_INVALID'))
      }
    },
  )

  it.each([0x00100020, 10_000_010, undefined, ['PatientID']])(
    'a keyword may not be %j, as if the data set had no such element',
    (keyword) => {
      for (const ask of [tagOf, parseTag]) {
        expect(() => ask(keyword as never)).toThrow(refused('DCM_TAG_INVALID'))
      }
      for (const ask of [elementOf, textOf, valuesOf, itemsOf]) {
        expect(() => ask(json, keyword as never)).toThrow(refused('DCM_TAG_INVALID'))
      }
    },
  )

  it.each<[string, unknown]>([
    ['a list of data sets', [json]],
    ['their text', JSON.stringify(json)],
    ['nothing', undefined],
  ])('values are not read from %s', (_what, wrong) => {
    for (const ask of [elementOf, textOf, valuesOf, itemsOf, keywordValues]) {
      expect(() => ask(wrong as never, 'PatientID')).toThrow(refused('DCM_DATA_SET_INVALID'))
    }
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['an ArrayBuffer', new ArrayBuffer(256)],
    ['a DataView', new DataView(new ArrayBuffer(256))],
    ['a Uint16Array', new Uint16Array(256)],
    ['text', 'text'],
  ])('bytes that stream past may not be %s, of which some were none', (_what, wrong) => {
    const head = new HeadReader({ ...options, tags: [0x00100020] })
    const reEncoder = new ReEncoder({ from: implicit, to: explicit })
    const takes: readonly ((bytes: never) => unknown)[] = [
      head.push.bind(head),
      reEncoder.push.bind(reEncoder),
      parseFileMeta,
    ]
    for (const take of takes) expect(() => take(wrong as never)).toThrow(refused('DCM_DATA_SET_TYPE'))
  })

  it.each([undefined, 5, { transferSyntaxUid: implicit }])(
    'the encoding of %j is not that of explicit little endian',
    (wrong) => {
      expect(() => dataSetEncoding(wrong as never)).toThrow(refused('DCM_UID_INVALID'))
    },
  )

  const meta = {
    mediaStorageSopClassUid: '1.2',
    mediaStorageSopInstanceUid: '1.3',
    transferSyntaxUid: implicit,
    implementationClassUid: '1.4',
  }

  it('a file meta may not have numbers', () => {
    expect(() => encodeFileMeta({ ...meta, mediaStorageSopInstanceUid: 1.3 as never })).toThrow(
      refused('DCM_FILE_META_INVALID'),
    )
  })

  it.each<[string, unknown]>([
    ['text', 'text'],
    ['nothing', undefined],
    ['what has a read()', { read: () => Promise.resolve(undefined) }],
  ])('a file is not begun with %s', async (_what, dataSet) => {
    const path = join(tmpdir(), `dcm-javascript-${String(process.pid)}`)
    writeFileSync(path, '')
    const handle = await open(path, 'w')
    try {
      await expect(writePart10File(handle, meta, dataSet as never)).rejects.toThrow(
        refused('DCM_DATA_SET_TYPE'),
      )
      expect((await stat(path)).size).toBe(0)
    } finally {
      await handle.close()
      await rm(path)
    }
  })

  it.each([[['text']], [[1]], [[new ArrayBuffer(8)]]])('a batch of a file may not be %j', async (dataSet) => {
    const handle = { write: () => Promise.resolve({ bytesWritten: 1_000, buffer: bytes }) }
    await expect(writePart10File(handle as never, meta, dataSet as never)).rejects.toThrow(
      refused('DCM_DATA_SET_TYPE'),
    )
  })
})
