import { encodePDataTf, encodePdu, PduDecodeError, type PduEvent, type Pdv } from '@dcm/pdu'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { controlPdu, pdvs } from './arbitrary-pdu.ts'
import { decodeAll, joinFragments } from './decode-all.ts'
import { join } from './hex.ts'
import { vectors } from './vectors.ts'

/** A P-DATA-TF as its bytes and as the events it must give. */
function pDataTf(toSend: readonly Pdv[]): { bytes: Uint8Array; events: PduEvent[] } {
  const bytes = join(...encodePDataTf(toSend))
  const fragments = toSend.map((pdv, index): PduEvent => ({
    type: 'PDV',
    presentationContextId: pdv.presentationContextId,
    isCommand: pdv.isCommand,
    isLast: pdv.isLast,
    data: join(...pdv.data),
    endOfPdv: true,
    endOfPdu: index === toSend.length - 1,
  }))
  return { bytes, events: [{ type: 'P-DATA-TF', length: bytes.length - 6 }, ...fragments] }
}

const conversation = fc.array(
  fc.oneof(
    controlPdu.map((pdu) => ({ bytes: encodePdu(pdu), events: [pdu] as PduEvent[] })),
    pdvs.map(pDataTf),
  ),
  { minLength: 1, maxLength: 5 },
)
const cuts = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 40 })

test('what is encoded is decoded, however the bytes are cut', () => {
  fc.assert(
    fc.property(conversation, cuts, (pdus, sizes) => {
      const result = decodeAll(join(...pdus.map((pdu) => pdu.bytes)), sizes)
      expect(result.error).toBeUndefined()
      expect(joinFragments(result.events)).toEqual(pdus.flatMap((pdu) => pdu.events))
      expect(result.decoder.midPdu).toBe(false)
      expect(result.decoder.heldBytes).toBe(0)
    }),
    { numRuns: 300 },
  )
})

const smallLimits = { maximumAssociatePduLengthBytes: 512 }

/** The outcome of a stream, which may not depend on how it was cut. */
function outcome(bytes: Uint8Array, sizes: readonly number[]) {
  const { events, error, mostHeldBytes } = decodeAll(bytes, sizes, smallLimits)
  expect(mostHeldBytes).toBeLessThanOrEqual(512)
  if (error !== undefined) expect(error).toBeInstanceOf(PduDecodeError)
  const whole = joinFragments(events).filter((event) => event.type !== 'PDV' || event.endOfPdv)
  return {
    whole,
    error: error instanceof PduDecodeError ? [error.code, error.byteOffset, error.message] : undefined,
  }
}

test('arbitrary bytes give events or a PduDecodeError, the same however they are cut', () => {
  const bytes = fc
    .tuple(
      fc.constantFrom(0, 1, 2, 3, 4, 4, 4, 5, 6, 7, 8),
      fc.nat({ max: 600 }),
      fc.uint8Array({ maxLength: 700 }),
    )
    .map(([pduType, length, rest]) => join(Uint8Array.of(pduType, 0, 0, 0, length >> 8, length), rest))
  fc.assert(
    fc.property(bytes, cuts, (stream, sizes) => {
      expect(outcome(stream, sizes)).toEqual(outcome(stream, [stream.length]))
    }),
    { numRuns: 1000 },
  )
})

test('mutated vectors give events or a PduDecodeError, the same however they are cut', () => {
  const mutation = fc.record({
    vector: fc.constantFrom(...vectors),
    changes: fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }),
    cut: fc.option(fc.nat(), { freq: 3 }),
  })
  fc.assert(
    fc.property(mutation, cuts, ({ vector, changes, cut }, sizes) => {
      let stream = vector.bytes.slice()
      for (const [position, value] of changes) stream[position % stream.length] = value
      if (cut !== null) stream = stream.subarray(0, cut % stream.length)
      expect(outcome(stream, sizes)).toEqual(outcome(stream, [stream.length]))
    }),
    { numRuns: 3000 },
  )
})
