import { decodeDataSet, encodeDataSet, identifier, itemsOf, keywordValues, textOf } from '@dcm/dataset'
import { describe, expect, it } from 'vitest'

const transferSyntaxes = {
  'implicit little endian': '1.2.840.10008.1.2',
  'explicit little endian': '1.2.840.10008.1.2.1',
  'explicit big endian': '1.2.840.10008.1.2.2',
  deflated: '1.2.840.10008.1.2.1.99',
}

const keys = {
  QueryRetrieveLevel: 'STUDY',
  PatientName: 'DOE*',
  StudyDate: '20260101-20261231',
  StudyInstanceUID: ['1.2.3', '1.2.4'],
  NumberOfStudyRelatedInstances: null,
  ScheduledProcedureStepSequence: [{ Modality: 'CT', ScheduledStationAETitle: '' }],
  SeriesNumber: 4,
  SliceThickness: 1.5,
  Rows: 512,
}

describe('an identifier by keywords', () => {
  it.each(Object.entries(transferSyntaxes))('goes through %s', (_, transferSyntaxUid) => {
    const json = identifier(keys)
    const bytes = encodeDataSet(json, { transferSyntaxUid })
    expect(bytes.length % 2).toBe(0)
    const read = decodeDataSet(bytes, { transferSyntaxUid })
    expect(read).toEqual(json)
    expect(keywordValues(read)).toEqual({
      ...keys,
      ScheduledProcedureStepSequence: [{ Modality: 'CT', ScheduledStationAETitle: null }],
    })
    expect(textOf(read, 'PatientName')).toBe('DOE*')
    expect(textOf(read, 'StudyInstanceUID')).toBe('1.2.3')
    expect(textOf(read, 'NumberOfStudyRelatedInstances')).toBeUndefined()
    const [step] = itemsOf(read, 'ScheduledProcedureStepSequence')
    expect(step && textOf(step, 'Modality')).toBe('CT')
  })

  it('has items in sequences only', () => {
    const items = [{ Modality: 'CT' }, {}]
    const json = identifier({
      PatientName: 'DOE',
      ReferencedSeriesSequence: [],
      RequestAttributesSequence: items,
    })
    expect(itemsOf(json, 'RequestAttributesSequence').map(keywordValues)).toEqual(items)
    for (const keyword of ['PatientName', 'ReferencedSeriesSequence', 'PatientID']) {
      expect(itemsOf(json, keyword)).toEqual([])
    }
  })

  it('is UTF-8, and says so, only when ASCII is not enough', () => {
    const transferSyntaxUid = '1.2.840.10008.1.2'
    const json = identifier({ PatientName: 'Müller*', PatientID: '7' })
    const read = decodeDataSet(encodeDataSet(json, { transferSyntaxUid }), { transferSyntaxUid })
    expect(read).toEqual({ '00080005': { vr: 'CS', Value: ['ISO_IR 192'] }, ...json })
    expect(identifier({ PatientName: 'Yamada^Tarou=山田^太郎=やまだ^たろう' })).toEqual({
      '00100010': {
        vr: 'PN',
        Value: [{ Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' }],
      },
    })
  })

  it('has each of the groups that repeat under a name of its own, which is understood', () => {
    const json = identifier({ '60000010': 512, '60020010': 256, PatientID: '7' })
    expect(keywordValues(json)).toEqual({ '60000010': 512, '60020010': 256, PatientID: '7' })
    expect(identifier(keywordValues(json))).toEqual(json)
  })

  it.each([
    [{ PatientNmae: 'DOE' }, 'DCM_KEYWORD_UNKNOWN'],
    [{ PatientID: { Modality: 'CT' } }, 'DCM_DATA_SET_INVALID'],
    [{ RequestAttributesSequence: 'CT' }, 'DCM_DATA_SET_INVALID'],
  ])('refuses %j', (wrong, code) => {
    expect(() => identifier(wrong)).toThrow(expect.objectContaining({ name: 'UsageError', code }))
  })

  it.each([
    { Rows: 'many' },
    { Rows: 65_536 },
    { Rows: -1 },
    { Rows: 1.5 },
    { SeriesNumber: 1.5 },
    { StudyInstanceUID: 'Ω' },
    { FrameIncrementPointer: '18' },
    { PatientComments: ['one', 'two'] },
    { PatientID: ['a\\b'] },
  ])('is not encoded with %j', (wrong) => {
    const json = identifier(wrong)
    expect(() => encodeDataSet(json, { transferSyntaxUid: '1.2.840.10008.1.2.1' })).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DCM_DATA_SET_INVALID' }),
    )
  })
})
