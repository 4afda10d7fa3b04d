import { dictionaryEntry, formatTag, keywordOf, parseTag, tagOf, vrOf } from '@dcm/dataset'
import { describe, expect, it } from 'vitest'

describe('the dictionary', () => {
  it('tells keywords, tags and value representations', () => {
    expect(tagOf('PatientName')).toBe(0x00100010)
    expect(keywordOf(0x00100010)).toBe('PatientName')
    expect(vrOf(0x00100010)).toBe('PN')
    expect(dictionaryEntry(0x00080005)).toEqual({
      keyword: 'SpecificCharacterSet',
      vrs: ['CS'],
      vm: '1-n',
      retired: false,
    })
    expect(dictionaryEntry(0x00280106)).toMatchObject({ vrs: ['US', 'SS'] })
    expect(dictionaryEntry(0x00080040)).toMatchObject({ keyword: 'DataSetType', retired: true })
  })

  it('knows groups that repeat, where they are even', () => {
    expect(keywordOf(0x60000010)).toBe('OverlayRows')
    expect(keywordOf(0x60fe0010)).toBe('OverlayRows')
    expect(keywordOf(0x60010010)).toBeUndefined()
    expect(keywordOf(0x50100005)).toBe('CurveDimensions')
  })

  it('tells what a tag without an entry is', () => {
    expect(vrOf(0x00100000)).toBe('UL')
    expect(vrOf(0x00090010)).toBe('LO')
    expect(vrOf(0x00091010)).toBe('UN')
    expect(vrOf(0x0010ffff)).toBe('UN')
    expect(keywordOf(0x00091010)).toBeUndefined()
    expect(tagOf('PatientNmae')).toBeUndefined()
    expect(tagOf('constructor')).toBeUndefined()
  })

  it('takes tags as they are written', () => {
    for (const text of ['PatientID', '00100020', '(0010,0020)', '0010,0020'])
      expect(parseTag(text)).toBe(0x00100020)
    expect(parseTag('7fe00010')).toBe(0x7fe00010)
    expect(parseTag('FFFEE000')).toBe(0xfffee000)
    expect(parseTag('0010')).toBeUndefined()
    expect(formatTag(0x7fe00010)).toBe('(7FE0,0010)')
  })
})
