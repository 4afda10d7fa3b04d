import fc from 'fast-check'
import type { DicomJson, DicomJsonElement, DicomJsonValue } from '@dcm/dataset'

/** Text that survives: no padding at its ends, no delimiters, and with letters of several scripts. */
const word = fc
  .string({
    unit: fc.constantFrom('A', 'z', '7', '-', '.', ' ', 'ü', 'Ω', '山', '홍', '😀'),
    minLength: 1,
    maxLength: 12,
  })
  .map((text) => text.trim())
  .filter((text) => text !== '')
const ascii = fc.stringMatching(/^[A-Z0-9._]{1,12}$/)
const longText = fc.array(word, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\r\n'))
const personName = fc
  .record(
    {
      Alphabetic: fc.constantFrom('Yamada^Tarou', 'Äneas', 'A^B^C'),
      Ideographic: fc.constant('山田^太郎'),
      Phonetic: fc.constant('やまだ'),
    },
    { requiredKeys: [] },
  )
  .filter((name) => Object.keys(name).length > 0)
const noMinusZero = (number: number) => (number === 0 ? 0 : number)
const decimal = fc.integer({ min: -1e9, max: 1e9 }).map((number) => noMinusZero(number / 1000))

const bytes = (width: number) =>
  fc
    .uint8Array({ minLength: 1, maxLength: 5 })
    .map((words) =>
      Buffer.from(Array.from(words, (byte) => Array(Math.max(2, width)).fill(byte) as number[]).flat()),
    )
    .map((value) => value.toString('base64'))

/** Elements that the dictionary has, one for each VR, so that implicit VR tells them too. */
const valueOf: Readonly<Record<string, readonly [vr: string, value: fc.Arbitrary<DicomJsonValue>]>> = {
  '00080054': ['AE', ascii],
  '00101010': ['AS', fc.constant('042Y')],
  '00280009': ['AT', fc.constantFrom('00181063', '7FE00010')],
  '00080060': ['CS', ascii],
  '00080012': ['DA', fc.constant('20260131')],
  '00082130': ['DS', decimal],
  '00080015': ['DT', fc.constant('20260131235959.123456+0100')],
  '00720074': ['FD', fc.double()],
  '00720076': ['FL', fc.float()],
  '00081160': ['IS', fc.integer()],
  '00080070': ['LO', word],
  '00080090': ['PN', personName],
  '00080050': ['SH', word],
  '0072007C': ['SL', fc.integer()],
  '0072007E': ['SS', fc.integer({ min: -0x8000, max: 0x7fff })],
  '00720082': ['SV', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(wide)],
  '00080013': ['TM', fc.constant('235959.9')],
  '0072006F': ['UC', word],
  '00081155': ['UI', fc.constantFrom('1.2.3', '1.2.840.10008.1.1')],
  '00720078': ['UL', fc.integer({ min: 0, max: 0xffffffff })],
  '0072007A': ['US', fc.integer({ min: 0, max: 0xffff })],
  '00720083': ['UV', fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(wide)],
}
const single: Readonly<Record<string, readonly [vr: string, value: fc.Arbitrary<DicomJsonValue>]>> = {
  '00080108': ['LT', longText],
  '00080081': ['ST', longText],
  '0008010E': ['UR', fc.constant('https://example.org/a?b=c')],
  '0008030E': ['UT', longText],
}
const binary: Readonly<Record<string, readonly [vr: string, width: number]>> = {
  '0008041B': ['OB', 1],
  '00281201': ['OW', 2],
  '00181638': ['OF', 4],
  '00660040': ['OL', 4],
  '003A032E': ['OD', 8],
  '00720081': ['OV', 8],
  '00091001': ['UN', 1],
}

function wide(integer: bigint): string | number {
  return Number.isSafeInteger(Number(integer)) ? Number(integer) : String(integer)
}

type Entry = readonly [string, DicomJsonElement]

const leaf: fc.Arbitrary<Entry> = fc.oneof(
  ...Object.entries(valueOf).map(([tag, [vr, value]]) =>
    fc
      .array(value, { minLength: 1, maxLength: 4 })
      .map((Value): Entry => [tag, { vr, Value: Value.map(printable) }]),
  ),
  ...Object.entries(single).map(([tag, [vr, value]]) =>
    value.map((each): Entry => [tag, { vr, Value: [each] }]),
  ),
  ...Object.entries(binary).map(([tag, [vr, width]]) =>
    bytes(width).map((InlineBinary): Entry => [tag, { vr, InlineBinary }]),
  ),
  fc.constantFrom('LO', 'PN', 'US', 'SQ', 'UI').map((vr): Entry => [emptyTags[vr] ?? '', { vr }]),
)
const emptyTags: Readonly<Record<string, string>> = {
  LO: '00081040',
  PN: '00100010',
  US: '00280010',
  SQ: '00081140',
  UI: '0020000D',
}

/** JSON has no number for what is not finite. */
function printable(value: DicomJsonValue): DicomJsonValue {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

/** Data sets of all VRs, with sequences of sequences, a private one among them. */
export const arbitraryDataSet: fc.Arbitrary<DicomJson> = fc.letrec<{ dataSet: DicomJson }>((tie) => ({
  dataSet: fc
    .array(
      fc.oneof(
        { weight: 8, arbitrary: leaf },
        {
          weight: 1,
          arbitrary: fc
            .tuple(
              fc.constantFrom('00081115', '0040A730'),
              fc.array(tie('dataSet'), { minLength: 1, maxLength: 3 }),
            )
            .map(([tag, Value]): Entry => [tag, { vr: 'SQ', Value }]),
        },
      ),
      { maxLength: 8, depthIdentifier: 'dataSet' },
    )
    .map((elements) => Object.fromEntries(elements)),
})).dataSet
