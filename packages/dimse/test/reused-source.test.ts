import { type ByteSource, collectDataSet } from '@dcm/dimse'
import { settled } from '@dcm/testkit'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { channels, contextOf, ctImageStorage } from './associated-channels.ts'
import { store } from './requests.ts'

/** Bytes that a data set holds none of. */
const overwritten = 0xff

/** Batches of runs, whose memory is overwritten as soon as it comes back, which is told. */
function reused(
  batches: readonly (readonly Uint8Array[])[],
  recycled: (run: Uint8Array) => void,
): ByteSource {
  const left = batches.map((runs) => runs.map((run) => Buffer.from(run)))
  return {
    read: () => Promise.resolve(left.shift()),
    recycle: (runs) => {
      for (const run of runs) {
        recycled(Buffer.from(run))
        run.fill(overwritten)
      }
    },
  }
}

const run = fc
  .record({ length: fc.constantFrom(1, 100, 1_000, 1_025, 4_096, 20_000, 70_000), value: fc.nat(0x7f) })
  .map(({ length, value }) => Buffer.alloc(length, value))
const batches = fc.array(fc.array(run, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 })
const maximumLengthBytes = fc.constantFrom(128, 1_024, 1_100, 4_096, 16_384, 131_072)
const waits = fc.array(fc.boolean(), { minLength: 1, maxLength: 8 })

it('sends what a source gave that reads into the same memory again, however slowly the peer reads', async () => {
  const back = { bytes: 0 }
  await fc.assert(
    fc.asyncProperty(batches, maximumLengthBytes, waits, async (given, length, waiting) => {
      const { requestor, acceptor } = await channels({ maximumLengthBytes: length })
      const { association } = acceptor
      let chunks = 0
      association.connection.stream.on('data', () => {
        if (!waiting[chunks++ % waiting.length]) return
        association.pause()
        void settled(1).then(() => {
          association.resume()
        })
      })
      const recycled: Uint8Array[] = []
      const source = reused(given, (run) => recycled.push(run))
      const invoking = requestor.invoke(contextOf(requestor, ctImageStorage), store, source)
      const operation = await acceptor.next()
      if (!operation?.dataSet) throw new Error('no data set')
      const arrived = await collectDataSet(operation.dataSet)
      await invoking
      requestor.abort()
      expect(Buffer.concat(given.flat()).equals(arrived)).toBe(true)
      // In order and without gaps, and perhaps without the last.
      const all = Buffer.concat(recycled)
      expect(all.equals(arrived.subarray(0, all.length))).toBe(true)
      back.bytes += all.length
    }),
    { numRuns: 60 },
  )
  expect(back.bytes).toBeGreaterThan(0)
})
