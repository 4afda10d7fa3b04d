import { getEventListeners } from 'node:events'
import { settled } from '@dcm/testkit'
import { expect, it } from 'vitest'
import { nextUnlessAborted } from '../src/unless-aborted.ts'

/** What one step of an iteration comes to, and what is reported when nobody waits for it any more. */
function waiting() {
  const controller = new AbortController()
  const step = Promise.withResolvers<IteratorResult<string>>()
  const late: unknown[] = []
  const next = nextUnlessAborted({ next: () => step.promise }, controller.signal, (error) => late.push(error))
  return { controller, step, late, next }
}

it('gives the next, or what the iteration fails with, and forgets the signal', async () => {
  const { step, next, late, controller } = waiting()
  step.resolve({ value: 'A' })
  expect(await next).toEqual({ value: 'A' })
  const failing = waiting()
  failing.step.reject(new Error('no'))
  await expect(failing.next).rejects.toThrow('no')
  expect([...late, ...failing.late]).toEqual([])
  expect(getEventListeners(controller.signal, 'abort')).toEqual([])
})

it('reports what the iteration fails with after its end, unless that is what ended it', async () => {
  const reason = new Error('enough')
  const [wellBehaved, broken] = [waiting(), waiting()]
  for (const { controller, next } of [wellBehaved, broken]) {
    controller.abort(reason)
    await expect(next).rejects.toBe(reason)
  }
  const lost = new Error('the cursor is lost')
  wellBehaved.step.reject(reason)
  broken.step.reject(lost)
  await settled()
  expect(wellBehaved.late).toEqual([])
  expect(broken.late).toEqual([lost])
})

it('asks for nothing once the signal has fired', async () => {
  const reason = new Error('enough')
  const iterator = { next: () => expect.unreachable('asked') }
  await expect(nextUnlessAborted(iterator, AbortSignal.abort(reason), () => undefined)).rejects.toBe(reason)
})
