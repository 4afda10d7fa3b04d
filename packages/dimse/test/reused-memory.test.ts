import { DimseChannel, encodeCommandSet } from '@dcm/dimse'
import { encodePDataTf, type Pdv } from '@dcm/pdu'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { associations, contextOf, ctImageStorage } from './associated-channels.ts'
import { store } from './requests.ts'

const { poolSize } = Buffer
beforeAll(() => {
  // Each chunk lies in memory of its own, so that it is overwritten as soon as it may be.
  Buffer.poolSize = 0
})
afterAll(() => {
  Buffer.poolSize = poolSize
})

/** Bytes that a data set holds none of. */
const overwritten = 0xff

/** Memory of chunks, which is overwritten once all that was read to it has come back. */
class Lent {
  readonly #chunks = new Map<ArrayBufferLike, { bytes: number; readonly views: Uint8Array[] }>()

  lend(chunk: Uint8Array): void {
    const lent = this.#chunks.get(chunk.buffer) ?? { bytes: 0, views: [] }
    lent.bytes += chunk.length
    lent.views.push(chunk)
    this.#chunks.set(chunk.buffer, lent)
  }

  readonly recycle = (memory: ArrayBufferLike, bytes: number): void => {
    const lent = this.#chunks.get(memory)
    if (!lent) return
    lent.bytes -= bytes
    expect(lent.bytes).toBeGreaterThanOrEqual(0)
    if (lent.bytes > 0) return
    for (const view of lent.views) view.fill(overwritten)
    this.#chunks.delete(memory)
  }

  get bytes(): number {
    return [...this.#chunks.values()].reduce((sum, { bytes }) => sum + bytes, 0)
  }
}

/** A command or a data set in PDVs of these lengths, by turns; one at least. */
function cut(bytes: Uint8Array, isCommand: boolean, lengths: readonly number[]): Pdv[] {
  const pdvs: Pdv[] = []
  for (let begin = 0, turn = 0; begin < bytes.length; turn++) {
    const end = Math.min(begin + (lengths[turn % lengths.length] ?? 1), bytes.length)
    const data = [bytes.subarray(begin, end)]
    pdvs.push({ presentationContextId: 3, isCommand, isLast: end === bytes.length, data })
    begin = end
  }
  return pdvs
}

const message = fc.record({
  length: fc.constantFrom(1, 2_000, 5_000, 200_000, 1_200_000),
  value: fc.nat(0x7f),
  commandPdvs: fc
    .array(fc.constantFrom(0, 1, 30, 200), { minLength: 1, maxLength: 3 })
    .map((all) => [...all, 50]),
  pdvs: fc
    .array(fc.constantFrom(0, 200, 1_000, 5_000, 40_000), { minLength: 1, maxLength: 4 })
    .map((all) => [...all, 700]),
  pdvsOfPdu: fc.constantFrom(1, 3, 100),
  /** What its reader does with what it read: gives it back, at once or when it has all, or keeps it. */
  reader: fc.constantFrom('at once', 'at the end', 'keeps'),
})
/** Of a few bytes, so that some hold no header, or of many PDVs. */
const chunks = fc.oneof(
  fc.array(fc.constantFrom(1, 6, 12, 100), { minLength: 1, maxLength: 6 }),
  fc.array(fc.constantFrom(700, 3_000, 20_000, 131_072), { minLength: 1, maxLength: 6 }),
)

it('hands on what came, and gives back what nobody has any more, however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 4 }), chunks, async (messages, sizes) => {
      const lent = new Lent()
      const { requestor, acceptor } = await associations({ maximumLengthBytes: 0, recycle: lent.recycle })
      acceptor.connection.stream.prependListener('data', (chunk: Uint8Array) => {
        lent.lend(chunk)
      })
      const channel = new DimseChannel(acceptor)
      expect(contextOf(channel, ctImageStorage).presentationContextId).toBe(3)
      const pdus = messages.flatMap(({ length, value, commandPdvs, pdvs, pdvsOfPdu }, messageId) => {
        const command = encodeCommandSet({ ...store, messageId, hasDataSet: true })
        const all = [...cut(command, true, commandPdvs), ...cut(Buffer.alloc(length, value), false, pdvs)]
        return all.flatMap((_, at) =>
          at % pdvsOfPdu === 0 ? encodePDataTf(all.slice(at, at + pdvsOfPdu)) : [],
        )
      })
      const bytes = Buffer.concat(pdus)
      for (let begin = 0, turn = 0; begin < bytes.length; turn++) {
        const size = Math.max(sizes[turn % sizes.length] ?? 1, Math.ceil(bytes.length / 1_000))
        requestor.connection.stream.write(bytes.subarray(begin, begin + size))
        begin += size
      }
      let kept = 0
      for (const { length, value, reader } of messages) {
        const operation = await channel.next()
        if (!operation?.dataSet) throw new Error('no data set')
        const all: Uint8Array[] = []
        for (let runs = await operation.dataSet.read(); runs; runs = await operation.dataSet.read()) {
          for (const run of runs) all.push(reader === 'at once' ? Buffer.from(run) : run)
          if (reader === 'at once') operation.dataSet.recycle(runs)
        }
        expect(Buffer.concat(all).equals(Buffer.alloc(length, value))).toBe(true)
        if (reader === 'at the end') operation.dataSet.recycle(all.reverse())
        if (reader === 'keeps') kept += length
      }
      expect(lent.bytes).toBeLessThanOrEqual(kept)
      requestor.abort()
      await acceptor.closed
    }),
    { numRuns: 40 },
  )
})
