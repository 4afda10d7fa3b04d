import fc from 'fast-check'
import { deflateRawSync } from 'node:zlib'
import { HeadReader, type HeadReaderOptions, tags } from '@dcm/dataset'
import { describe, expect, it } from 'vitest'
import {
  definedItem,
  element,
  explicitBig,
  explicitLittle,
  implicitLittle,
  type Notation,
  undefinedItem,
  undefinedSequence,
} from './data-set.ts'

const explicitLittleEndian = '1.2.840.10008.1.2.1'
const deflated = '1.2.840.10008.1.2.1.99'
const notations: readonly (readonly [string, string, Notation])[] = [
  ['implicit little endian', '1.2.840.10008.1.2', implicitLittle],
  ['explicit little endian', explicitLittleEndian, explicitLittle],
  ['explicit big endian', '1.2.840.10008.1.2.2', explicitBig],
  ['an encapsulated one', '1.2.840.10008.1.2.4.90', explicitLittle],
  ['an unknown one', '1.3.6.1.4.1.99999.1', explicitLittle],
]

const study = '1.2.826.0.1.3680043.1'
const wanted = [tags.SOPClassUID, tags.StudyInstanceUID]

function read(
  bytes: Uint8Array,
  options: Partial<HeadReaderOptions> = {},
  chunkBytes = bytes.length,
): HeadReader {
  const head = new HeadReader({ transferSyntaxUid: explicitLittleEndian, tags: wanted, ...options })
  for (let offset = 0; offset < bytes.length; offset += chunkBytes) {
    head.push(bytes.subarray(offset, offset + chunkBytes))
  }
  head.end()
  return head
}

/** A data set with the wanted UIDs at its top level, and others of the same tags in sequences before. */
function dataSet(notation: Notation): Buffer {
  const decoy = element(notation, tags.StudyInstanceUID, 'UI', '9.9')
  const nested = undefinedSequence(
    notation,
    0x00081140,
    'SQ',
    undefinedItem(
      notation,
      decoy,
      undefinedSequence(notation, 0x00081199, 'SQ', definedItem(notation, decoy)),
    ),
    definedItem(notation, decoy),
    undefinedItem(notation),
  )
  return Buffer.concat([
    element(notation, 0x00080005, 'CS', 'ISO_IR 100'),
    element(notation, tags.SOPClassUID, 'UI', '1.2.3'),
    element(notation, 0x00081110, 'SQ', definedItem(notation, decoy)),
    nested,
    element(notation, 0x00091010, 'OB', Buffer.alloc(5_000, 0xfe)),
    element(notation, 0x00091011, 'UT', ''),
    element(notation, 0x00100010, 'PN', 'Doe^Jane'),
    element(notation, tags.StudyInstanceUID, 'UI', study),
    element(notation, 0x7fe00010, 'OW', Buffer.alloc(20_000)),
  ])
}

describe('HeadReader', () => {
  describe.each(notations)('in %s', (_, transferSyntaxUid, notation) => {
    it.each([1, 2, 3, 7, 4_096, 100_000])('finds the top-level UIDs in chunks of %i bytes', (chunkBytes) => {
      const head = read(dataSet(notation), { transferSyntaxUid }, chunkBytes)
      expect(head.state).toBe('done')
      expect(head.text(tags.SOPClassUID)).toBe('1.2.3')
      expect(head.text(tags.StudyInstanceUID)).toBe(study)
      expect(head.value(tags.SOPClassUID)).toEqual(Buffer.from('1.2.3\0'))
    })

    it('ends a sequence nested 20,000 deep without a stack', () => {
      const depth = 20_000
      const open = undefinedSequence(notation, 0x00081140, 'SQ', undefinedItem(notation))
      const opened = open.subarray(0, open.length - 16)
      const closed = open.subarray(open.length - 16)
      const nest = Buffer.concat([
        ...Array<Buffer>(depth).fill(opened),
        ...Array<Buffer>(depth).fill(closed),
        element(notation, tags.StudyInstanceUID, 'UI', study),
      ])
      expect(read(nest, { transferSyntaxUid }).text(tags.StudyInstanceUID)).toBe(study)
    })
  })

  it('reads what UN of undefined length holds as implicit little endian, wherever it stands', () => {
    const inner = undefinedItem(
      implicitLittle,
      undefinedSequence(implicitLittle, 0x00091002, 'SQ', definedItem(implicitLittle)),
      element(implicitLittle, 0x00091003, 'LO', 'text'),
    )
    for (const [transferSyntaxUid, notation] of [
      [explicitLittleEndian, explicitLittle],
      ['1.2.840.10008.1.2.2', explicitBig],
    ] as const) {
      const sequence = undefinedSequence(implicitLittle, 0xfffee0dd, 'UN', inner).subarray(8)
      const unknown = element(notation, 0x00091001, 'UN', sequence, 0xffffffff)
      const bytes = Buffer.concat([unknown, element(notation, tags.StudyInstanceUID, 'UI', study)])
      expect(read(bytes, { transferSyntaxUid }).text(tags.StudyInstanceUID)).toBe(study)
    }
  })

  it('is done behind the last wanted tag, and ignores all that follows', () => {
    const head = new HeadReader({ transferSyntaxUid: explicitLittleEndian, tags: wanted })
    head.push(element(explicitLittle, 0x00200010, 'SH', 'past'))
    expect(head.state).toBe('done')
    expect(head.value(tags.StudyInstanceUID)).toBeUndefined()
    head.push(Buffer.alloc(100, 0xff))
    expect(head.state).toBe('done')
  })

  it('knows how long the data set is at least, by its lengths', () => {
    const head = new HeadReader({
      transferSyntaxUid: explicitLittleEndian,
      tags: [tags.StudyInstanceUID, 0xffffffff],
    })
    expect(head.minimumDataSetBytes).toBe(0)
    const bytes = Buffer.concat([
      element(explicitLittle, tags.StudyInstanceUID, 'UI', study),
      element(explicitLittle, 0x7fe00010, 'OW', Buffer.alloc(20_000)),
      element(explicitLittle, 0x7fe10010, 'OB', Buffer.alloc(2)),
    ])
    const studyEnd = element(explicitLittle, tags.StudyInstanceUID, 'UI', study).length
    head.push(bytes.subarray(0, studyEnd - 1))
    expect(head.minimumDataSetBytes).toBe(studyEnd)
    head.push(bytes.subarray(studyEnd - 1, studyEnd + 5))
    expect(head.minimumDataSetBytes).toBe(studyEnd + 5)
    head.push(bytes.subarray(studyEnd + 5, studyEnd + 13))
    expect(head.minimumDataSetBytes).toBe(studyEnd + 12 + 20_000)
    head.push(bytes.subarray(studyEnd + 13))
    expect(head.minimumDataSetBytes).toBe(bytes.length)
  })

  it('is done at once when all wanted values are there, and at the end of a data set without them', () => {
    const head = new HeadReader({ transferSyntaxUid: explicitLittleEndian, tags: [tags.SOPClassUID] })
    expect(head.state).toBe('reading')
    head.push(element(explicitLittle, tags.SOPClassUID, 'UI', '1.2'))
    expect(head.state).toBe('done')
    expect(read(Buffer.alloc(0)).state).toBe('done')
    expect(new HeadReader({ transferSyntaxUid: explicitLittleEndian, tags: [] }).state).toBe('done')
  })

  it('gives empty values as empty, and drops padding of either kind from text', () => {
    const bytes = Buffer.concat([
      element(explicitLittle, tags.SOPClassUID, 'UI', ''),
      element(explicitLittle, tags.StudyInstanceUID, 'UI', '1.2 \0 '),
    ])
    const head = read(bytes)
    expect(head.value(tags.SOPClassUID)).toHaveLength(0)
    expect(head.text(tags.StudyInstanceUID)).toBe('1.2')
  })

  it('passes over wanted values that are too long', () => {
    const bytes = Buffer.concat([
      element(explicitLittle, tags.SOPClassUID, 'UI', '1'.repeat(102)),
      element(explicitLittle, tags.StudyInstanceUID, 'UI', study),
    ])
    const head = read(bytes, { maximumValueBytes: 100 })
    expect(head.value(tags.SOPClassUID)).toBeUndefined()
    expect(head.text(tags.StudyInstanceUID)).toBe(study)
  })

  it.each([
    ['an item outside a sequence', definedItem(explicitLittle)],
    ['an item delimiter outside', undefinedItem(explicitLittle).subarray(8)],
    ['a sequence delimiter outside', undefinedSequence(explicitLittle, 0x00081140, 'SQ').subarray(12)],
    [
      'an element where an item belongs',
      Buffer.concat([
        undefinedSequence(explicitLittle, 0x00081140, 'SQ').subarray(0, 12),
        element(explicitLittle, 0x00080005, 'CS', 'X '),
      ]),
    ],
    [
      'a delimiter of the wrong kind',
      Buffer.concat([
        undefinedSequence(explicitLittle, 0x00081140, 'SQ').subarray(0, 12),
        undefinedItem(explicitLittle).subarray(8),
      ]),
    ],
    [
      'implicit elements under an explicit syntax',
      element(implicitLittle, tags.StudyInstanceUID, 'UI', study),
    ],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\nHost: archive\r\n\r\n')],
    ['zeros', Buffer.alloc(64)],
    ['an end inside a header', element(explicitLittle, 0x00080005, 'CS', '').subarray(0, 5)],
    ['an end inside a value', element(explicitLittle, 0x00080005, 'CS', 'ISO_IR 100').subarray(0, 12)],
    ['an end inside a wanted value', element(explicitLittle, tags.SOPClassUID, 'UI', study).subarray(0, 12)],
    ['an end inside a sequence', undefinedSequence(explicitLittle, 0x00081140, 'SQ').subarray(0, 12)],
    ['text of undefined length', element(explicitLittle, 0x00081190, 'UT', '', 0xffffffff)],
  ])('fails softly on %s', (_, bytes) => {
    const head = read(bytes)
    expect(head.state).toBe('failed')
    expect(head.failure).toMatch(/data set|stands|has|belong/)
    expect(head.failure).not.toContain(study)
    head.push(dataSet(explicitLittle))
    expect(head.state).toBe('failed')
  })

  it('gives up when the head is longer than the limit, but values passed over do not count', () => {
    const long = element(explicitLittle, 0x00091010, 'OB', Buffer.alloc(100_000))
    const last = element(explicitLittle, tags.StudyInstanceUID, 'UI', study)
    expect(read(Buffer.concat([long, last]), { maximumHeadBytes: 100 }).text(tags.StudyInstanceUID)).toBe(
      study,
    )
    const many = Array.from({ length: 20 }, () => element(explicitLittle, 0x00091010, 'OB', ''))
    const head = read(Buffer.concat([...many, last]), { maximumHeadBytes: 100 })
    expect(head.state).toBe('failed')
    expect(head.failure).toContain('exceeds the limit of 100 bytes')
  })

  describe('deflated', () => {
    it.each([1, 5, 1_000, 100_000])('finds the UIDs in chunks of %i bytes', (chunkBytes) => {
      const noise = Buffer.from(Array.from({ length: 9_000 }, (_, index) => (index * index * 7_919) % 251))
      const bytes = Buffer.concat([
        element(explicitLittle, tags.SOPClassUID, 'UI', '1.2.3'),
        element(explicitLittle, 0x00091010, 'OB', noise),
        element(explicitLittle, tags.StudyInstanceUID, 'UI', study),
        element(explicitLittle, 0x7fe00010, 'OW', noise),
      ])
      const head = read(deflateRawSync(bytes), { transferSyntaxUid: deflated }, chunkBytes)
      expect(head.text(tags.StudyInstanceUID)).toBe(study)
    })

    it('finds the UIDs of a data set shorter than the first attempt', () => {
      const bytes = deflateRawSync(element(explicitLittle, tags.StudyInstanceUID, 'UI', study))
      expect(read(bytes, { transferSyntaxUid: deflated }).text(tags.StudyInstanceUID)).toBe(study)
    })

    it('gives up on one that expands a thousandfold, and on one that is long compressed', () => {
      const bomb = deflateRawSync(element(explicitLittle, 0x00091010, 'OB', Buffer.alloc(300_000_000)))
      expect(bomb.length).toBeLessThan(400_000)
      expect(read(bomb, { transferSyntaxUid: deflated }).failure).toContain('exceeds the limit')
      const stored = deflateRawSync(element(explicitLittle, 0x00091010, 'OB', Buffer.alloc(200_000)), {
        level: 0,
      })
      expect(read(stored, { transferSyntaxUid: deflated }).failure).toContain(
        'exceeds the limit of 65536 bytes',
      )
    })

    it.each([500, 65_536, 1_000_000])(
      'finds what stands before pixels, in chunks of %i bytes',
      (chunkBytes) => {
        const wantedPart = element(explicitLittle, tags.StudyInstanceUID, 'UI', study)
        const manyBytes = Buffer.from(
          Array.from({ length: 200_000 }, (_, index) => Math.imul(index * index + 1, 2_654_435_761) >>> 24),
        )
        for (const [before, pixels] of [
          ['', manyBytes],
          ['', Buffer.alloc(4_000_000)],
          [manyBytes.toString('hex', 0, 10_000), Buffer.alloc(40_000_000)],
        ] as const) {
          const bytes = deflateRawSync(
            Buffer.concat([
              element(explicitLittle, 0x00091010, 'UT', before),
              wantedPart,
              element(explicitLittle, 0x7fe00010, 'OW', pixels),
            ]),
          )
          const head = read(bytes, { transferSyntaxUid: deflated, tags: [tags.StudyInstanceUID] }, chunkBytes)
          expect(head.failure).toBeUndefined()
          expect(head.text(tags.StudyInstanceUID)).toBe(study)
        }
      },
    )

    it('knows no limit where there is none', () => {
      const bytes = deflateRawSync(element(explicitLittle, tags.StudyInstanceUID, 'UI', study))
      const head = read(bytes, { transferSyntaxUid: deflated, maximumHeadBytes: Infinity })
      expect(head.text(tags.StudyInstanceUID)).toBe(study)
    })

    it.each([
      ['random bytes', Buffer.from(Array.from({ length: 4_000 }, (_, index) => (index * 167 + 13) % 256))],
      ['plain elements', dataSet(explicitLittle)],
    ])('fails softly on %s', (_, bytes) => {
      expect(read(bytes, { transferSyntaxUid: deflated }).state).toBe('failed')
    })
  })

  it('never throws, and gives the same however the bytes are cut', () => {
    const mutation = fc.tuple(fc.nat(), fc.nat(255))
    fc.assert(
      fc.property(
        fc.constantFrom(...notations),
        fc.array(mutation, { maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        ([, transferSyntaxUid, notation], mutations, chunkBytes) => {
          const bytes = dataSet(notation)
          for (const [at, value] of mutations) bytes[at % 400] = value
          const whole = read(bytes, { transferSyntaxUid })
          const cut = read(bytes, { transferSyntaxUid }, chunkBytes)
          expect(cut.state).toBe(whole.state)
          expect(cut.failure).toBe(whole.failure)
          for (const tag of wanted) expect(cut.value(tag)).toEqual(whole.value(tag))
        },
      ),
    )
  })
})
