import { characterSet, decodeDataSet, encodeDataSet, identifier, textOf } from '@dcm/dataset'
import { describe, expect, it } from 'vitest'

const transferSyntaxUid = '1.2.840.10008.1.2.1'

/** PS3.5 Annexes H, I, J and K, and each single-byte set: the terms, the text and its bytes. */
const names: readonly (readonly [string, readonly string[], string, string])[] = [
  [
    'H.3.1',
    ['', 'ISO 2022 IR 87'],
    'Yamada^Tarou=山田^太郎=やまだ^たろう',
    'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B',
  ],
  [
    'H.3.2',
    ['ISO 2022 IR 13', 'ISO 2022 IR 87'],
    'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう',
    '\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J',
  ],
  [
    'I.2',
    ['', 'ISO 2022 IR 149'],
    'Hong^Gildong=洪^吉洞=홍^길동',
    'Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf',
  ],
  ['J.1', ['ISO_IR 192'], 'Wang^XiaoDong=王^小東', 'Wang^XiaoDong=\xe7\x8e\x8b^\xe5\xb0\x8f\xe6\x9d\xb1'],
  ['J.2', ['GB18030'], 'Wang^XiaoDong=王^小东', 'Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab'],
  ['J.3', ['GBK'], 'Wang^XiaoDong=王^小东', 'Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab'],
  [
    'K.2',
    ['', 'ISO 2022 IR 58'],
    'Zhang^XiaoDong=张^小东',
    'Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab',
  ],
  ['German', ['ISO_IR 100'], 'Äneas^Rüdiger', '\xc4neas^R\xfcdiger'],
  ['French', ['ISO_IR 100'], 'Buc^Jérôme', 'Buc^J\xe9r\xf4me'],
  ['Greek', ['ISO_IR 126'], 'Διονυσιος', '\xc4\xe9\xef\xed\xf5\xf3\xe9\xef\xf2'],
  ['Russian', ['ISO_IR 144'], 'Люкceмбypг', '\xbb\xee\xdace\xdc\xd1yp\xd3'],
  ['Hebrew', ['ISO_IR 138'], 'שרון^דבורה', '\xf9\xf8\xe5\xef^\xe3\xe1\xe5\xf8\xe4'],
  ['Arabic', ['ISO_IR 127'], 'قباني^لنزار', '\xe2\xc8\xc7\xe6\xea^\xe4\xe6\xd2\xc7\xd1'],
  ['Polish', ['ISO_IR 101'], 'Wałęsa', 'Wa\xb3\xeasa'],
  ['Maltese', ['ISO_IR 109'], 'Ħamrun', '\xa1amrun'],
  ['Latvian', ['ISO_IR 110'], 'Bērziņš', 'B\xbarzi\xf1\xb9'],
  ['Turkish', ['ISO_IR 148'], 'Çavuşoğlu', '\xc7avu\xfeo\xf0lu'],
  ['Thai', ['ISO_IR 166'], 'สมชาย', '\xca\xc1\xaa\xd2\xc2'],
  ['Latin-9', ['ISO_IR 203'], 'Œuvrard', '\xbcuvrard'],
  ['katakana', ['ISO_IR 13'], 'ﾔﾏﾀﾞ^ﾀﾛｳ', '\xd4\xcf\xc0\xde^\xc0\xdb\xb3'],
  ['two alphabets', ['ISO 2022 IR 100', 'ISO 2022 IR 144'], 'Müller^Люк', 'M\xfcller^\x1b-L\xbb\xee\xda'],
  ['JIS X 0212', ['', 'ISO 2022 IR 87', 'ISO 2022 IR 159'], '丂^山', '\x1b$(D0!\x1b(B^\x1b$B;3\x1b(B'],
]

function patientName(terms: readonly string[], bytes: string): Buffer {
  const element = (tag: string, vr: string, value: string) => {
    const text = Buffer.from(value.length % 2 === 0 ? value : `${value} `, 'latin1')
    return Buffer.concat([Buffer.from(tag, 'hex'), Buffer.from(vr), Buffer.of(text.length, 0), text])
  }
  return Buffer.concat([element('08000500', 'CS', terms.join('\\')), element('10001000', 'PN', bytes)])
}

describe('a person name', () => {
  it.each(names)('%s, in %j, is read', (_, terms, text, bytes) => {
    const json = decodeDataSet(patientName(terms, bytes), { transferSyntaxUid })
    expect(textOf(json, 'PatientName')).toBe(text)
    expect(textOf(json, 'SpecificCharacterSet')).toBe('ISO_IR 192')
  })

  it.each(names)('%s, in %j, is written', (_, terms, text, bytes) => {
    const json = identifier({ PatientName: text })
    const written = encodeDataSet(json, { transferSyntaxUid, specificCharacterSet: terms })
    expect(Buffer.from(written)).toEqual(patientName(terms, bytes))
  })

  it('is not written in a set that does not have it', () => {
    const json = identifier({ PatientName: 'Διονυσιος' })
    for (const terms of [['ISO_IR 100'], ['GBK2'], ['', 'ISO 2022 IR 87', 'ISO_IR 192']]) {
      const write = () => encodeDataSet(json, { transferSyntaxUid, specificCharacterSet: terms })
      if (characterSet(terms))
        expect(write).toThrow(expect.objectContaining({ code: 'DCM_DATA_SET_INVALID' }))
      else expect(write).toThrow(expect.objectContaining({ code: 'DCM_CHARACTER_SET_UNKNOWN' }))
    }
  })
})

describe('text', () => {
  const read = (terms: readonly string[], bytes: string) =>
    textOf(decodeDataSet(patientName(terms, bytes), { transferSyntaxUid }), 'PatientName')

  it('is split at characters, not at the bytes that look like a backslash', () => {
    // 5CH is the second byte of both.
    expect(read(['GBK'], '\x90\x5c')).toBe('怽')
    expect(read(['', 'ISO 2022 IR 87'], '\x1b$B@\\\x1b(B')).toBe('接')
  })

  it('without a character set is UTF-8 where it can be, else Latin-1', () => {
    expect(read([''], 'M\xc3\xbcller')).toBe('Müller')
    expect(read([''], 'M\xfcller')).toBe('Müller')
    expect(read(['NO_SUCH 1'], 'M\xfcller')).toBe('Müller')
  })

  it.each([
    // Circled numbers, ideographs of vendors, and what only GBK and later sets have.
    ['ISO 2022 IR 87', '①Ⅳ㈱髙纊'],
    ['ISO 2022 IR 159', 'ⅰ髙'],
    ['ISO 2022 IR 149', '\ue000'],
    ['ISO 2022 IR 58', 'ⅰ€ḿ︵\ue766東'],
  ])('in %s has no characters but those of the set', (term, characters) => {
    const set = characterSet(['', term])
    for (const character of characters) expect(set?.encode(character, '')).toBeUndefined()
  })

  it('has the characters of JIS X 0208 that Unicode has twice', () => {
    const set = characterSet(['', 'ISO 2022 IR 87'])
    const bytes = Buffer.from('\x1b$B!A!B!]!q!r"L\x1b(B', 'latin1')
    for (const text of ['〜‖−¢£¬', '～∥－￠￡￢'])
      expect(Buffer.from(set?.encode(text, '') ?? [])).toEqual(bytes)
  })

  it('is in the set that has it rather than in one that has another like it', () => {
    const set = characterSet(['', 'ISO 2022 IR 87', 'ISO 2022 IR 100'])
    const bytes = Buffer.from('\x1b-A\xa3', 'latin1')
    expect(Buffer.from(set?.encode('£', '') ?? [])).toEqual(bytes)
    expect(set?.decode(bytes, '')).toBe('£')
  })

  it.each([
    { terms: 'ISO_IR 100', text: 'Müller*', bytes: 'M\xfcller*' },
    { terms: 'ISO_IR 100', text: 'Mueller*', bytes: 'Mueller*' },
    { terms: '\\ISO 2022 IR 87', text: '山田', bytes: '\x1b$B;3ED\x1b(B' },
  ])('is written in the $terms that its data set names', ({ terms, text, bytes }) => {
    const keys = identifier({ SpecificCharacterSet: terms, PatientID: text })
    const { '00080005': named, ...rest } = keys
    const specificCharacterSet = terms.split('\\')
    const written = Buffer.from(encodeDataSet(keys, { transferSyntaxUid }))
    expect(named).toBeDefined()
    expect(written).toEqual(encodeDataSet(rest, { transferSyntaxUid, specificCharacterSet }))
    expect(written.toString('latin1')).toContain(bytes)
  })

  it('is written in the set that the caller asks for, whatever its data set names', () => {
    const keys = identifier({ SpecificCharacterSet: 'ISO_IR 126', PatientID: 'Müller' })
    const bytes = encodeDataSet(keys, { transferSyntaxUid, specificCharacterSet: ['ISO_IR 100'] })
    expect(decodeDataSet(bytes, { transferSyntaxUid })['00100020']).toEqual({ vr: 'LO', Value: ['Müller'] })
  })

  it.each(['', 'ISO_IR 192'])('is Unicode where the data set names "%s"', (terms) => {
    const keys = { PatientID: 'Müller' }
    const options = { transferSyntaxUid }
    expect(encodeDataSet(identifier({ SpecificCharacterSet: terms, ...keys }), options)).toEqual(
      encodeDataSet(identifier(keys), options),
    )
  })

  it.each([
    ['ISO_IR 126', 'a character is not in the character set ISO_IR 126'],
    ['LATIN1', 'it is LATIN1, allowed are the terms of PS3.3 C.12.1.1.2'],
  ])('is refused where its data set names %s: %s', (terms, words) => {
    const keys = identifier({ SpecificCharacterSet: terms, PatientID: 'Müller' })
    expect(() => encodeDataSet(keys, { transferSyntaxUid })).toThrow(words)
  })

  it('in an item is in the set of the item, or of what is around it', () => {
    const outer = identifier({
      PatientName: 'Διονυσιος',
      ReferencedPatientSequence: [{ PatientName: 'Διο' }],
    })
    const bytes = encodeDataSet(outer, { transferSyntaxUid, specificCharacterSet: ['ISO_IR 126'] })
    expect(decodeDataSet(bytes, { transferSyntaxUid })).toEqual({
      '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
      ...outer,
    })
  })

  it.each([
    ['an escape sequence that is none', '\x1b$Z1'],
    ['an escape at the end', 'A\x1b'],
    ['half a character', '\x1b$B;'],
    ['a character that is none', '\x1b$B\x7e\x7e\x1b(B'],
  ])('with %s is read as far as it goes', (_, bytes) => {
    expect(read(['', 'ISO 2022 IR 87'], bytes)).toBeTypeOf('string')
  })
})

describe('every character of GB 18030', () => {
  it('is written as it is read', () => {
    const set = characterSet(['GB18030'])
    const text = '€々〇𠀀😀ḿ'
    const bytes = set?.encode(text, '')
    expect(bytes && set?.decode(bytes, '')).toBe(text)
  })
})
