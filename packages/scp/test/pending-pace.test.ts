import { FakeClock } from '@dcm/testkit'
import { expect, it } from 'vitest'
import { PendingPace } from '../src/sub-operations/pending-pace.ts'

/** What `due()` said so far, asked again after each answer. */
async function answers(pace: PendingPace) {
  const said: boolean[] = []
  const asked = (async () => {
    for (let due = true; due;) {
      due = await pace.due()
      said.push(due)
    }
  })()
  const after = async () => {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve()
    return said.length
  }
  await after()
  return { said, after, asked }
}

it('with an interval, a response is due each time it has passed, whatever ended', async () => {
  const clock = new FakeClock()
  const pace = new PendingPace(1_000, clock)
  pace.progressed()
  const { said, after, asked } = await answers(pace)
  clock.advance(999)
  pace.progressed()
  expect(await after()).toBe(0)
  clock.advance(1)
  expect(await after()).toBe(1)
  clock.advance(1_000)
  expect(await after()).toBe(2)
  pace.end()
  await asked
  expect(said).toEqual([true, true, false])
  expect(clock.pending).toBe(0)
  expect(await pace.due()).toBe(false)
})

it('without one, a response is due after what has ended, also while the last response left, and never else', async () => {
  const clock = new FakeClock()
  const pace = new PendingPace(0, clock)
  pace.progressed()
  const { said, after, asked } = await answers(pace)
  expect(await after()).toBe(1)
  clock.advance(60_000)
  expect(await after()).toBe(1)
  pace.progressed()
  expect(await after()).toBe(2)
  pace.end()
  await asked
  expect(said).toEqual([true, true, false])
  expect(clock.pending).toBe(0)
})
