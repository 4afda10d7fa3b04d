import { type CommandOf, statuses } from '@dcm/dimse'
import type { ServiceOperation } from '@dcm/scp'
import { expect, test } from 'vitest'
import { perform } from '../src/perform.ts'

test('answers that are there, for a peer that takes them at once, let others have a turn', async () => {
  let turned = false
  setImmediate(() => {
    turned = true
  })
  let answered = 0
  async function* answers() {
    while (!turned && answered < 1_000_000) {
      answered++
      yield await Promise.resolve({ status: statuses.Pending })
    }
    return { status: statuses.Success }
  }
  const respond = () => Promise.resolve()
  await perform(answers, { respond } as unknown as ServiceOperation<CommandOf<'C-FIND-RQ'>>)
  expect(answered).toBeLessThan(1_000_000)
})

test.each<[string, unknown, ServiceOperation['respond']]>([
  ['cannot be sent', { status: statuses.Pending }, () => Promise.reject(new Error('the peer is gone'))],
  ['is none', 'pending', () => Promise.resolve()],
])('a generator whose answer %s closes what it has open', async (_, answer, respond) => {
  const told: string[] = []
  async function* answers() {
    try {
      yield await Promise.resolve(answer as { status: typeof statuses.Pending })
      told.push('asked again')
      return { status: statuses.Success }
    } finally {
      await Promise.resolve()
      told.push('closed')
    }
  }
  const performed = perform(answers, { respond } as unknown as ServiceOperation<CommandOf<'C-FIND-RQ'>>)
  await performed.catch(() => told.push('failed'))
  expect(told).toEqual(['closed', 'failed'])
})
