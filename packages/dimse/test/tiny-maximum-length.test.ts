import { collectDataSet, type OutgoingDataSet } from '@dcm/dimse'
import { settled } from '@dcm/testkit'
import { expect, it, vi } from 'vitest'
import { channels, contextOf, ctImageStorage } from './associated-channels.ts'
import { store } from './requests.ts'

const content = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251)
const halves = [content.subarray(0, 150_000), content.subarray(150_000)]

function streamed(runs: readonly Uint8Array[]): OutgoingDataSet {
  const batches = [runs]
  return { read: () => Promise.resolve(batches.shift()) }
}

const dataSets: [string, () => OutgoingDataSet][] = [
  ['bytes that are there', () => [content]],
  ['several runs', () => halves],
  ['a stream', () => streamed([content])],
  ['a stream of several runs', () => streamed(halves)],
]

it.each(dataSets)(
  'a peer that takes 2 bytes at a time gets %s, and few PDVs wait for it',
  async (_, dataSet) => {
    const { requestor, acceptor } = await channels({ maximumLengthBytes: 8 })
    const send = vi.spyOn(requestor.association, 'send')
    const invoking = requestor.invoke(contextOf(requestor, ctImageStorage), store, dataSet())
    const operation = await Promise.race([acceptor.next(), invoking.then(() => undefined)])
    if (!operation?.dataSet) throw new Error('no data set')
    expect(Buffer.compare(await collectDataSet(operation.dataSet), content)).toBe(0)
    await invoking
    const atOnce = send.mock.calls.map(([pdvs]) => pdvs.length)
    expect(atOnce.reduce((sum, count) => sum + count)).toBeGreaterThan(150_000)
    expect(Math.max(...atOnce)).toBeLessThan(2_048)
    requestor.abort()
  },
)

it.each([
  ...dataSets,
  [
    'a stream of small batches',
    () => {
      let left = content
      return {
        read: () => {
          const batch = left.subarray(0, 1_000)
          left = left.subarray(batch.length)
          return Promise.resolve(batch.length > 0 ? [batch] : undefined)
        },
      }
    },
  ],
])(
  'a peer that takes 2 bytes at a time, as fast as they come, leaves others their turn while it gets %s',
  async (_, dataSet) => {
    const { requestor } = await channels({ maximumLengthBytes: 8 })
    let sent = 0
    vi.spyOn(requestor.association, 'send').mockImplementation((pdvs) => {
      sent += pdvs.length
      return true
    })
    const invoking = requestor.invoke(contextOf(requestor, ctImageStorage), store, dataSet())
    await settled(1)
    expect(sent).toBeLessThan(4_096)
    await invoking
    expect(sent).toBeGreaterThan(150_000)
    requestor.abort()
  },
)
