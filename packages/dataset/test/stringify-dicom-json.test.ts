import { stringifyDicomJson } from '@dcm/dataset'
import { expect, test } from 'vitest'

test('attributes stand in ascending order, in items too, though JavaScript has whole numbers first (PS3.18 F.2.2)', () => {
  const item = { '00081150': { vr: 'UI' }, '30060024': { vr: 'UI' }, '3006002A': { vr: 'IS' } }
  const dataSet = {
    '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
    '0008103E': { vr: 'LO', Value: ['a "b"', null] },
    '30060020': { vr: 'SQ', Value: [item, {}] },
    '54000100': { vr: 'SQ' },
    '7FE00010': { vr: 'OW', InlineBinary: 'AAA=' },
  }
  expect(stringifyDicomJson({ type: 'match', dataSet, note: undefined })).toBe(
    '{"type":"match","dataSet":{"00080005":{"vr":"CS","Value":["ISO_IR 192"]},' +
      '"0008103E":{"vr":"LO","Value":["a \\"b\\"",null]},' +
      '"30060020":{"vr":"SQ","Value":[{"00081150":{"vr":"UI"},"30060024":{"vr":"UI"},"3006002A":{"vr":"IS"}},{}]},' +
      '"54000100":{"vr":"SQ"},"7FE00010":{"vr":"OW","InlineBinary":"AAA="}}}',
  )
  expect(JSON.parse(stringifyDicomJson(dataSet))).toEqual(dataSet)
})

test('what holds no data set is as JSON.stringify has it', () => {
  const value = { 2: 'two', 1: [1.5, 'é\n', true, null, [], {}], nested: { 'a"b': 0 } }
  expect(stringifyDicomJson(value)).toBe(JSON.stringify(value))
})
