import type { CommandOf } from '@dcm/dimse'
import type { ServiceOperation } from '@dcm/scp'
import { settled } from '@dcm/testkit'
import { expect, it } from 'vitest'
import { type Delivery, retrieve } from '../src/sub-operations/retrieve.ts'
import { instances } from './retrieving.ts'

/** The responses of a C-GET that nobody cancels. */
function responses(deliver: Delivery) {
  const { signal } = new AbortController()
  const operation = { signal, progress: () => undefined } as unknown as ServiceOperation<
    CommandOf<'C-GET-RQ'>
  >
  return retrieve(operation, instances(2), deliver, { pendingIntervalMs: 0 })
}

it('whose responses nobody takes any more gives its sub-operations up, and ends when they have', async () => {
  const delivered = Promise.withResolvers<never>()
  const abandoned: boolean[] = []
  const answers = responses((run) => {
    run.abandoned.addEventListener('abort', () => abandoned.push(run.stop.aborted, run.unwanted.aborted))
    return delivered.promise
  })
  expect(await answers.next()).toMatchObject({ value: { status: 0xff00, numberOfRemainingSuboperations: 2 } })
  const steps: string[] = []
  const left = answers.return({ status: 0 } as never).then(() => steps.push('left'))
  await settled()
  expect([abandoned, steps]).toEqual([[true, true], []])
  delivered.reject(new Error('the association with the move destination was aborted'))
  await left
})

it('fails as what delivers does', async () => {
  const answers = responses(() => Promise.reject(new Error('broken')))
  await answers.next()
  await expect(answers.next()).rejects.toThrow('broken')
})
