import { OperationCancelledError } from '@dcm/dimse'
import { settled } from '@dcm/testkit'
import { expect, it } from 'vitest'
import { SubOperationRun } from '../src/sub-operations/sub-operation-run.ts'
import { instances } from './retrieving.ts'

it('that was cancelled before it began begins nothing, and all remains', async () => {
  const cancelled = new AbortController()
  cancelled.abort(new OperationCancelledError())
  const run = new SubOperationRun(instances(2), cancelled.signal, () => undefined)
  expect(run.unwanted.aborted).toBe(true)
  await run.perform(run.instances, 1, () => Promise.reject(new Error('begun')))
  run.conclude()
  expect([run.tally.remaining, run.tally.counts.failed]).toEqual([2, 0])
})

it('for a peer that sets no bound has sixteen under way', async () => {
  const run = new SubOperationRun(instances(20), new AbortController().signal, () => undefined)
  const gate = Promise.withResolvers<'completed'>()
  let begun = 0
  const all = run.perform(run.instances, 0, () => {
    begun++
    return gate.promise
  })
  await settled()
  expect(begun).toBe(16)
  gate.resolve('completed')
  await all
  expect(run.tally.counts.completed).toBe(20)
})
