import { getEventListeners } from 'node:events'
import { Waits } from '@dcm/association'
import { FakeClock } from '@dcm/testkit'
import { expect, it } from 'vitest'
import { Stop } from '../src/calls/stop.ts'

it('the first of signal and deadline is the reason, told once', () => {
  const clock = new FakeClock()
  const controller = new AbortController()
  const stop = new Stop(new Waits(clock), { signal: controller.signal, deadlineMs: 10 })
  const told: Error[] = []
  stop.onStop = (reason) => told.push(reason)
  clock.advance(10)
  controller.abort(new Error('late'))
  expect(told).toMatchObject([{ timer: 'deadline', timeoutMs: 10 }])
  expect(stop.reason).toBe(told[0])
})

it.each([
  ['a signal that has fired', AbortSignal.abort(new Error('enough')), 0],
  ['an end', new AbortController().signal, 1],
])('%s leaves no timer and no listener', (_, signal, timers) => {
  const clock = new FakeClock()
  const deadlines = new Waits(clock)
  deadlines.close()
  const stop = new Stop(deadlines, { signal })
  expect(clock.pending).toBe(timers)
  stop.end()
  expect(clock.pending).toBe(0)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})
