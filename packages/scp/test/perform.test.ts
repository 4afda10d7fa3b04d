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
