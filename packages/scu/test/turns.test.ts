import { FakeClock, settled } from '@dcm/testkit'
import { expect, it } from 'vitest'
import { Stop } from '../src/calls/stop.ts'
import { Turns } from '../src/calls/turns.ts'

const clock = new FakeClock()

it('a turn is given back once, and goes to who waits longest', async () => {
  const turns = new Turns(1)
  const order: string[] = []
  const take = (name: string) =>
    turns.take(new Stop(clock, {})).then((leave) => {
      order.push(name)
      return leave
    })
  const leaveFirst = await take('first')
  const [second] = [take('second'), take('third')]
  leaveFirst()
  leaveFirst()
  await settled()
  expect(order).toEqual(['first', 'second'])
  const leaveSecond = await second
  leaveSecond()
  await settled()
  expect(order).toEqual(['first', 'second', 'third'])
})

it('who stops leaves its place in the queue', async () => {
  const turns = new Turns(1)
  const leave = await turns.take(new Stop(clock, {}))
  const controller = new AbortController()
  const given = turns.take(new Stop(clock, { signal: controller.signal }))
  const next = turns.take(new Stop(clock, {}))
  controller.abort(new Error('enough'))
  await expect(given).rejects.toThrow('enough')
  leave()
  expect(await next).toBeTypeOf('function')
})
