import { expect, it } from 'vitest'
import {
  answerStores,
  ctImageStorage,
  getService,
  instances,
  mrImageStorage,
  retrieved,
  retrieving,
  totals,
} from './retrieving.ts'

/** Numbers from 0 to below `bound`, the same for the same seed. */
function numbers(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
}

const outcomes = [0x0000, 0xb000, 0xa700, 0xc123] as const

it('counts add up to the same in each response, whatever happens and whenever it is cancelled', async () => {
  for (let seed = 0; seed < 60; seed++) {
    const random = numbers(seed)
    const [total, window, cancelAt] = [1 + random(12), 1 + random(4), random(16)]
    const some = instances(total).map((instance) => {
      const luck = random(6)
      if (luck === 0) return { ...instance, sopClassUid: mrImageStorage }
      if (luck === 1) return { ...instance, open: () => Promise.reject(new Error('no such file')) }
      return instance
    })
    await using scp = await retrieving([getService(() => some)], { maxOperationsInvoked: window })
    const channel = await scp.associate([{ sopClass: ctImageStorage }], 4)
    const cancel = Promise.withResolvers<() => Promise<void>>()
    void answerStores(channel, [], async (_, index) => {
      if (index === cancelAt) await (await cancel.promise)()
      return outcomes[random(outcomes.length)]
    })
    const result = await retrieved(channel, 'get', cancel.resolve)
    expect([seed, ...totals(result)]).toEqual([seed, total])
    const { last, identifier = new Uint8Array() } = result
    const failed = last?.numberOfFailedSuboperations ?? 0
    const listed = Buffer.from(identifier).subarray(8).toString().split('\\').filter(Boolean)
    expect([seed, listed.length]).toEqual([seed, failed])
    const remaining = last?.numberOfRemainingSuboperations ?? 0
    expect([seed, last?.status === 0xfe00]).toEqual([seed, remaining > 0])
    await channel.release()
  }
})
