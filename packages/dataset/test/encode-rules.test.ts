import { expect, test } from 'vitest'
import { decodeDataSet, type DicomJson, encodeDataSet } from '@dcm/dataset'

const explicitLittleEndian = '1.2.840.10008.1.2.1'

function encode(json: DicomJson): string {
  return Buffer.from(encodeDataSet(json, { transferSyntaxUid: explicitLittleEndian })).toString('latin1')
}

const invalid: unknown = expect.objectContaining({ code: 'DCM_DATA_SET_INVALID' })

test.each([2 ** 31, -(2 ** 31) - 1, 2 ** 40])('refuses the number %d as IS (PS3.5 6.2)', (value) => {
  expect(() => encode({ '00200013': { vr: 'IS', Value: [value] } })).toThrow(invalid)
})

test.each([2 ** 31 - 1, -(2 ** 31)])('writes the number %d as IS', (value) => {
  expect(encode({ '00200013': { vr: 'IS', Value: [value] } })).toContain(String(value))
})

test.each([
  [Number.MAX_VALUE, '1.79769313e+308'],
  [-Number.MIN_VALUE, '-5e-324'],
  [-179344947520902500, '-1.793449475e+17'],
  [1234567890123456800, '1.2345678901e+18'],
  [-0.0000012345678901234, '-1.2345678901e-6'],
  [1 / 3, '0.33333333333333'],
  [-1 / 3, '-0.3333333333333'],
  [1e20, '1e+20'],
  [100000, '100000'],
  [0.00001, '0.00001'],
])('writes the number %d as DS, in 16 characters with what they can hold (PS3.5 6.2)', (value, text) => {
  const written = encode({ '00101030': { vr: 'DS', Value: [value] } })
  expect(written.slice(8).trimEnd()).toBe(text)
})

test('keeps an IS beyond 32 bits as the text it was, in both directions (PS3.18 F.2.3)', () => {
  const json = { '00200013': { vr: 'IS', Value: ['4294967295'] } }
  const options = { transferSyntaxUid: explicitLittleEndian }
  expect(decodeDataSet(encodeDataSet(json, options), options)).toEqual(json)
})

test.each([1e39, -1e39])('refuses the number %d as FL, which would become infinite', (value) => {
  expect(() => encode({ '00189073': { vr: 'FL', Value: [value] } })).toThrow(invalid)
})

test('refuses one tag twice (PS3.5 7.1)', () => {
  const json = { '0040A30A': { vr: 'DS', Value: [1] }, '0040a30a': { vr: 'DS', Value: [2] } }
  expect(() => encode(json)).toThrow(invalid)
})

test.each(['00000002', 'FFFEE000', 'FFFEE00D'])(
  'refuses the tag %s, which no data set has (PS3.5 7.1)',
  (key) => {
    expect(() => encode({ [key]: { vr: 'UI', Value: ['1.2'] } })).toThrow(invalid)
  },
)

test.each(['9999999999999999', '1.234567890123456789', '1e-400'])(
  'keeps the DS %s as text, which a number would not hold (PS3.18 F.2.3)',
  (text) => {
    const json = { '00101030': { vr: 'DS', Value: [text] } }
    const options = { transferSyntaxUid: explicitLittleEndian }
    expect(decodeDataSet(encodeDataSet(json, options), options)).toEqual(json)
  },
)

test.each(['!!!', 'AAAA!AAA', 'AA==AAAA'])('refuses the InlineBinary %s, which is no base64', (base64) => {
  expect(() => encode({ '7FE00010': { vr: 'OB', InlineBinary: base64 } })).toThrow(invalid)
})

test.each([{ InlineBinary: 'AAAA' }, { BulkDataURI: 'here' }])(
  'refuses an element with a Value and %j (PS3.18 F.2.2)',
  (besides) => {
    expect(() => encode({ '00100020': { vr: 'LO', Value: ['7'], ...besides } })).toThrow(invalid)
  },
)

test.each(['UN', 'US', 'UT', 'LO', 'ZZ'])('refuses fragments of the VR %s (PS3.5 7.1.2)', (vr) => {
  const fragments = [null, { InlineBinary: 'AAAA' }]
  expect(() => encode({ '7FE00010': { vr, DataFragment: fragments } })).toThrow(invalid)
})

test('refuses a fragment that is no base64', () => {
  expect(() => encode({ '7FE00010': { vr: 'OB', DataFragment: [{ InlineBinary: '!!!' }] } })).toThrow(invalid)
})

test.each([{ InlineBinary: 'AAAA' }, { BulkDataURI: 'here' }, { DataFragment: [null] }])(
  'refuses a sequence with %j, which would be lost',
  (content) => {
    expect(() => encode({ '00081115': { vr: 'SQ', ...content } })).toThrow(invalid)
  },
)

test('writes no Specific Character Set without a value, in items neither (PS3.3 C.12.1, type 1C)', () => {
  const item: DicomJson = { '00100020': { vr: 'LO', Value: ['7'] } }
  const announced: DicomJson = { '00080005': { vr: 'CS', Value: ['ISO_IR 192'] }, ...item }
  const json: DicomJson = { ...announced, '00081115': { vr: 'SQ', Value: [announced] } }
  expect(encode(json)).toBe(encode({ ...item, '00081115': { vr: 'SQ', Value: [item] } }))
})
