import { Waits } from '@dcm/association'
import { FakeClock, settled } from '@dcm/testkit'
import { expect, it } from 'vitest'
import { Stop } from '../src/calls/stop.ts'
import { Turns } from '../src/calls/turns.ts'

const deadlines = new Waits(new FakeClock())

it('a turn that is given back goes to who waits longest', async () => {
  const turns = new Turns(1)
  const order: string[] = []
  expect(turns.take(new Stop(deadlines, {}))).toBeUndefined()
  for (const name of ['second', 'third']) {
    void turns.take(new Stop(deadlines, {}))?.then(() => order.push(name))
  }
  await settled()
  expect(order).toEqual([])
  turns.giveBack()
  await settled()
  expect(order).toEqual(['second'])
  turns.giveBack()
  await settled()
  expect(order).toEqual(['second', 'third'])
  turns.giveBack()
  expect(turns.take(new Stop(deadlines, {}))).toBeUndefined()
})

it('without a limit there is always one', () => {
  const turns = new Turns(0)
  const taken = Array.from({ length: 1_000 }, () => turns.take(new Stop(deadlines, {})))
  expect(taken.every((turn) => turn === undefined)).toBe(true)
})

it('who stops leaves its place in the queue', async () => {
  const turns = new Turns(1)
  await turns.take(new Stop(deadlines, {}))
  const controller = new AbortController()
  const given = turns.take(new Stop(deadlines, { signal: controller.signal }))
  const next = turns.take(new Stop(deadlines, {}))
  controller.abort(new Error('enough'))
  await expect(given).rejects.toThrow('enough')
  turns.giveBack()
  await expect(next).resolves.toBeUndefined()
})
