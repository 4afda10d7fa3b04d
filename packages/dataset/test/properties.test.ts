import {
  DataSetDecodeError,
  decodeDataSet,
  decodeDataSetStream,
  type DicomJson,
  encodeDataSet,
  reEncode,
} from '@dcm/dataset'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryDataSet } from './arbitrary-data-set.ts'
import { batches, cut, join } from './batches.ts'

const implicit = '1.2.840.10008.1.2'
const explicit = '1.2.840.10008.1.2.1'
const deflated = '1.2.840.10008.1.2.1.99'
const transferSyntaxes = [implicit, explicit, '1.2.840.10008.1.2.2', deflated]
const anyTransferSyntax = fc.constantFrom(...transferSyntaxes)
const cuts = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 30 })

function withoutCharacterSet(json: DicomJson): DicomJson {
  return Object.fromEntries(Object.entries(json).filter(([tag]) => tag !== '00080005'))
}

/** What the bytes are, or the error that says what they are not; any other error fails the test. */
function outcome(bytes: Uint8Array, transferSyntaxUid: string): DicomJson | string {
  try {
    return decodeDataSet(bytes, { transferSyntaxUid })
  } catch (error) {
    if (error instanceof DataSetDecodeError) return error.code
    throw error
  }
}

async function streamOutcome(
  source: AsyncIterable<Uint8Array>,
  transferSyntaxUid: string,
): Promise<DicomJson | string> {
  try {
    return await decodeDataSetStream(source, { transferSyntaxUid })
  } catch (error) {
    if (error instanceof DataSetDecodeError) return error.code
    throw error
  }
}

/** Of a deflated one, the elements may be wrong before the end of the stream is. */
function expectSame(
  streamed: DicomJson | string,
  whole: DicomJson | string,
  transferSyntaxUid: string,
): void {
  if (transferSyntaxUid === deflated && typeof whole === 'string') expect(streamed).toBeTypeOf('string')
  else expect(streamed).toEqual(whole)
}

/** A valid data set with some of its bytes changed, removed or doubled. */
const mutated = fc
  .tuple(
    arbitraryDataSet,
    anyTransferSyntax,
    fc.array(
      fc.record({
        at: fc.nat(),
        byte: fc.oneof(fc.nat(255), fc.constantFrom(0xff, 0xfe, 0xe0, 0x00)),
        kind: fc.constantFrom('change', 'remove', 'repeat'),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  )
  .map(([json, transferSyntaxUid, changes]) => {
    let bytes: Uint8Array = encodeDataSet(json, { transferSyntaxUid })
    for (const { at, byte, kind } of changes) {
      const offset = bytes.length === 0 ? 0 : at % bytes.length
      const [before, after] = [bytes.subarray(0, offset), bytes.subarray(offset)]
      if (kind === 'change') bytes = join(before, Uint8Array.of(byte), after.subarray(1))
      else if (kind === 'remove') bytes = join(before, after.subarray(1 + (byte % 16)))
      else bytes = join(before, after.subarray(0, byte), after)
    }
    return { bytes, transferSyntaxUid }
  })

describe('any data set', () => {
  it('is decoded to what was encoded', () => {
    fc.assert(
      fc.property(arbitraryDataSet, anyTransferSyntax, (json, transferSyntaxUid) => {
        const bytes = encodeDataSet(json, { transferSyntaxUid })
        expect(withoutCharacterSet(decodeDataSet(bytes, { transferSyntaxUid }))).toEqual(json)
      }),
    )
  })

  it('is decoded to the same however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryDataSet, anyTransferSyntax, cuts, async (json, transferSyntaxUid, sizes) => {
        const bytes = encodeDataSet(json, { transferSyntaxUid })
        const streamed = await decodeDataSetStream(cut(bytes, sizes), { transferSyntaxUid })
        expect(streamed).toEqual(decodeDataSet(bytes, { transferSyntaxUid }))
      }),
    )
  })

  it('is the same in implicit and explicit VR, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryDataSet, fc.boolean(), cuts, async (json, toExplicit, sizes) => {
        const [from, to] = toExplicit ? [implicit, explicit] : [explicit, implicit]
        const bytes = encodeDataSet(json, { transferSyntaxUid: from })
        const whole = join(...(await batches(reEncode(cut(bytes, [bytes.length]), { from, to }))))
        const pieces = join(...(await batches(reEncode(cut(bytes, sizes), { from, to }))))
        expect(pieces).toEqual(whole)
        expect(withoutCharacterSet(decodeDataSet(whole, { transferSyntaxUid: to }))).toEqual(json)
      }),
    )
  })
})

describe('any bytes', () => {
  it('are a data set or a typed error, however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        anyTransferSyntax,
        cuts,
        async (bytes, uid, sizes) => {
          expectSame(await streamOutcome(cut(bytes, sizes), uid), outcome(bytes, uid), uid)
        },
      ),
    )
  })

  it('that were a data set before some were changed are one or a typed error, however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, cuts, async ({ bytes, transferSyntaxUid }, sizes) => {
        const result = outcome(bytes, transferSyntaxUid)
        expectSame(await streamOutcome(cut(bytes, sizes), transferSyntaxUid), result, transferSyntaxUid)
        // What can be read can be written, and is then the same.
        if (typeof result === 'string') return
        const written = encodeDataSet(result, { transferSyntaxUid: explicit })
        expect(typeof outcome(written, explicit)).toBe('object')
      }),
      { numRuns: 300 },
    )
  })

  it('are re-encoded or a typed error', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, cuts, async ({ bytes }, sizes) => {
        for (const [from, to] of [
          [implicit, explicit],
          [explicit, implicit],
        ] as const) {
          const reEncoded = await batches(reEncode(cut(bytes, sizes), { from, to })).catch(
            (error: unknown) => error,
          )
          if (!Array.isArray(reEncoded)) expect(reEncoded).toBeInstanceOf(DataSetDecodeError)
        }
      }),
    )
  })
})

describe('anything in place of a data set', () => {
  const vr = fc.constantFrom('LO', 'PN', 'US', 'DS', 'IS', 'SQ', 'OB', 'AT', 'UV', 'FD', 'UT', 'XX', 'x', '')
  const element = fc.record(
    {
      vr: fc.oneof({ weight: 9, arbitrary: vr }, fc.jsonValue()),
      Value: fc.oneof({ weight: 5, arbitrary: fc.array(fc.jsonValue(), { maxLength: 3 }) }, fc.jsonValue()),
      InlineBinary: fc.oneof(fc.base64String(), fc.jsonValue()),
      DataFragment: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  const tag = fc.constantFrom(
    '00100010',
    '00280010',
    '00081140',
    '7FE00010',
    '00091001',
    '00080005',
    'PatientID',
  )

  it('is written or refused as the fault of the caller', () => {
    fc.assert(
      fc.property(
        fc.dictionary(tag, fc.oneof({ weight: 5, arbitrary: element }, fc.jsonValue()), { maxKeys: 3 }),
        anyTransferSyntax,
        (json, transferSyntaxUid) => {
          try {
            encodeDataSet(json as DicomJson, { transferSyntaxUid })
          } catch (error) {
            expect(error).toMatchObject({ name: 'UsageError', code: 'DCM_DATA_SET_INVALID' })
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
