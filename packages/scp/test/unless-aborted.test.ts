import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { unlessAborted } from '../src/unless-aborted.ts'

const never = new Promise<never>(() => undefined)

it.each(['before', 'while'])('rejects with the reason of a signal that fired %s it waits', async (when) => {
  const controller = new AbortController()
  const reason = new Error('enough')
  if (when === 'before') controller.abort(reason)
  const outcome = unlessAborted(never, controller.signal)
  controller.abort(reason)
  await expect(outcome).rejects.toBe(reason)
})

it('settles as the promise does, and forgets the signal', async () => {
  const { signal } = new AbortController()
  expect(await unlessAborted(Promise.resolve(7), signal)).toBe(7)
  await expect(unlessAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no')
  expect(getEventListeners(signal, 'abort')).toEqual([])
})
