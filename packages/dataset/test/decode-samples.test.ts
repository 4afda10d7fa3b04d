import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  decodeDataSet,
  type DicomJson,
  type DicomJsonElement,
  encodeDataSet,
  encodeFileMeta,
  parseFileMeta,
  textOf,
} from '@dcm/dataset'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dcm2json, dcmtk, samplePath } from './dcmtk.ts'
import { samples } from './samples.ts'

const implicit = '1.2.840.10008.1.2'
const explicit = '1.2.840.10008.1.2.1'
/** The files that are a data set alone, or do not say how it is written. */
const transferSyntaxes = new Map([
  ['ExplVR_LitEndNoMeta.dcm', explicit],
  ['no_meta.dcm', explicit],
  ['rtstruct.dcm', implicit],
  ['meta_missing_tsyntax.dcm', implicit],
])
const broken = new Map([
  ['MR_truncated.dcm', 'DCM_DATA_SET_TRUNCATED'],
  // A stray byte stands before its first element.
  ['no_meta.dcm', 'DCM_DATA_SET_MALFORMED'],
])
/** What Debian's DCMTK has no table for: ISO 2022 with Japanese, and a term that is none. Their names are below. */
const untranslatable = [
  'J2K_pixelrep_mismatch.dcm',
  'chrH31.dcm',
  'chrH32.dcm',
  'chrJapMulti.dcm',
  'chrJapMultiExplicitIR6.dcm',
  'chrSQEncoding.dcm',
]
const readable = samples.filter(({ name }) => !broken.has(name))

function dataSetOf({ name, bytes }: { name: string; bytes: Buffer }) {
  const result = parseFileMeta(bytes)
  const { meta, dataSetOffset } = result.type === 'file-meta' ? result : { meta: {}, dataSetOffset: 0 }
  const transferSyntaxUid = meta.transferSyntaxUid ?? transferSyntaxes.get(name) ?? ''
  return { transferSyntaxUid, dataSet: bytes.subarray(dataSetOffset) }
}

function decoded(sample: { name: string; bytes: Buffer }): DicomJson {
  const { transferSyntaxUid, dataSet } = dataSetOf(sample)
  return decodeDataSet(dataSet, { transferSyntaxUid })
}

/** As both would write it: floats of as many digits as they have, values of odd length padded. */
function comparable(json: DicomJson): unknown {
  return Object.fromEntries(Object.entries(json).map(([tag, element]) => [tag, comparableElement(element)]))
}

function comparableElement(element: DicomJsonElement): unknown {
  const { vr, Value, InlineBinary } = element
  if (InlineBinary !== undefined) {
    const bytes = Buffer.from(InlineBinary, 'base64')
    return { vr, bytes: Buffer.concat([bytes, new Uint8Array(bytes.length % 2)]).toString('base64') }
  }
  if (!Value) return element
  if (vr === 'SQ') return { vr, Value: Value.map((item) => comparable(item as DicomJson)) }
  const digits = { FL: 7, FD: 15 }[vr]
  return {
    vr,
    // -0 of a text, which JSON has not, plus 0 is 0.
    Value: Value.map((value) =>
      typeof value === 'number' ? (digits ? value.toPrecision(digits) : value + 0) : value,
    ),
  }
}

describe('the samples', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dcm-dataset-'))
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  /** DCMTK shows no encapsulated pixel data as JSON, and drops the padding behind it. */
  function withoutPixelData(name: string): string {
    const copy = join(folder, name)
    copyFileSync(samplePath(name), copy)
    dcmtk('dcmodify', '-q', '-nb', '-ea', 'PixelData', copy)
    return copy
  }

  it.each(readable.filter(({ name }) => !untranslatable.includes(name)))('$name: as dcm2json', (sample) => {
    const ours = decoded(sample)
    const isEncapsulated = ours['7FE00010']?.DataFragment !== undefined
    const rest = Object.fromEntries(
      Object.entries(ours).filter(([tag]) => !/^(7FE00010|FFFCFFFC)$/.test(tag)),
    )
    const theirs = dcm2json(isEncapsulated ? withoutPixelData(sample.name) : samplePath(sample.name))
    expect(comparable(isEncapsulated ? rest : ours)).toEqual(comparable(theirs))
  })

  it.each(readable)('$name: encoded and decoded again', (sample) => {
    const json = decoded(sample)
    const bytes = encodeDataSet(json, { transferSyntaxUid: explicit })
    const again = decodeDataSet(bytes, { transferSyntaxUid: explicit })
    expect(comparable(withoutCharacterSet(again))).toEqual(comparable(withoutCharacterSet(json)))
  })

  it.each([implicit, explicit, '1.2.840.10008.1.2.2', '1.2.840.10008.1.2.1.99'])(
    'test-SR.dcm: written as %s, DCMTK reads the same',
    (transferSyntaxUid) => {
      const sample = samples.find(({ name }) => name === 'test-SR.dcm')
      const json = sample ? decoded(sample) : {}
      const meta = encodeFileMeta({
        mediaStorageSopClassUid: textOf(json, 'SOPClassUID') ?? '',
        mediaStorageSopInstanceUid: textOf(json, 'SOPInstanceUID') ?? '',
        transferSyntaxUid,
        implementationClassUid: '2.25.1',
      })
      const path = join(folder, 'written.dcm')
      writeFileSync(path, Buffer.concat([meta, encodeDataSet(json, { transferSyntaxUid })]))
      expect(withoutCharacterSet(dcm2json(path))).toEqual(withoutCharacterSet(json))
    },
  )

  it.each([...broken])('%s: %s', (name, code) => {
    const sample = samples.find((each) => each.name === name)
    expect(() => sample && decoded(sample)).toThrow(
      expect.objectContaining({ name: 'DataSetDecodeError', code }),
    )
  })
})

/** It is written anew, and left out where ASCII is enough. */
function withoutCharacterSet(json: DicomJson): DicomJson {
  return Object.fromEntries(Object.entries(json).filter(([tag]) => tag !== '00080005'))
}
