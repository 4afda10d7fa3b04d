import { checkedDataSet } from '@dcm/dimse'
import { FakeClock, settled } from '@dcm/testkit'
import { expect, it } from 'vitest'
import { HandlerWatch } from '../src/handler-watch.ts'

function watching(timeoutMs = 1_000) {
  const clock = new FakeClock()
  const watch = new HandlerWatch(clock, timeoutMs)
  const told: string[] = []
  const begin = (name: string) =>
    watch.begin({
      overdue: () => told.push(`${name} overdue`),
      abandoned: () => told.push(`${name} abandoned`),
    })
  return { clock, told, begin }
}

it('goes on watching all others, whichever ends', () => {
  const { clock, told, begin } = watching()
  const [one, two, three, four] = ['one', 'two', 'three', 'four'].map(begin)
  one?.end()
  three?.end()
  // Twice is once.
  one?.end()
  clock.advance(1_000)
  expect(told.sort()).toEqual(['four overdue', 'two overdue'])
  clock.advance(499)
  expect(told).toHaveLength(2)
  clock.advance(1)
  expect(told.slice(2).sort()).toEqual(['four abandoned', 'two abandoned'])
  two?.end()
  four?.end()
  expect(clock.pending).toBe(0)
})

it('forgets the last one, too', () => {
  const { clock, told, begin } = watching()
  begin('one').end()
  clock.advance(10_000)
  expect(told).toEqual([])
  expect(clock.pending).toBe(0)
})

it('lets its time rest while it waits for what is no sign that it gets on', async () => {
  const { clock, told, begin } = watching()
  const handler = begin('one')
  const peer = Promise.withResolvers<undefined>()
  clock.advance(600)
  const waiting = handler.waitForPeer(peer.promise, false)
  clock.advance(5_300)
  peer.resolve(undefined)
  await waiting
  await settled()
  clock.advance(399)
  expect(told).toEqual([])
  clock.advance(1)
  expect(told).toEqual(['one overdue'])
})

it('rests while the peer takes what was read of a data set, and not while that is being read', async () => {
  const { clock, told, begin } = watching()
  const batches = [1, 2].map(() => Promise.withResolvers<readonly Uint8Array[]>())
  const taken = Promise.withResolvers<undefined>()
  const rest = [...batches]
  const source = checkedDataSet({ read: () => rest.shift()?.promise ?? Promise.resolve(undefined) })
  const sent = begin('one').send(source, async (dataSet) => {
    if (!dataSet || !('read' in dataSet)) throw new Error('no source')
    await dataSet.read()
    await taken.promise
    await dataSet.read()
  })
  await settled()
  clock.advance(999)
  batches[0]?.resolve([new Uint8Array(2)])
  await settled()
  clock.advance(10_000)
  taken.resolve(undefined)
  await settled()
  clock.advance(999)
  expect(told).toEqual([])
  clock.advance(1)
  expect(told).toEqual(['one overdue'])
  batches[1]?.resolve([new Uint8Array(2)])
  await sent
})
