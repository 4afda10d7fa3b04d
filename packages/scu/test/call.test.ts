import { Waits } from '@dcm/association'
import type { DimseChannel, Invocation } from '@dcm/dimse'
import { FakeClock, settled } from '@dcm/testkit'
import { expect, it } from 'vitest'
import { Call } from '../src/calls/call.ts'
import { Stop } from '../src/calls/stop.ts'

it('stopped in the same turn as its last response came waits for nothing more', async () => {
  const clock = new FakeClock()
  const deadlines = new Waits(clock)
  const controller = new AbortController()
  const call = new Call({
    channel: { association: { clock } } as unknown as DimseChannel,
    invocation: {
      next: () => Promise.resolve(undefined),
      cancel: () => Promise.resolve(),
      hold: () => undefined,
      progressed: () => undefined,
    } as unknown as Invocation,
    stop: new Stop(deadlines, { signal: controller.signal }),
    responseType: 'C-FIND-RSP',
    cancelTimeoutMs: 1_000,
    cancellable: true,
    over: () => undefined,
  })
  const next = call.next()
  const reason = new Error('enough')
  controller.abort(reason)
  await expect(next).rejects.toBe(reason)
  await settled()
  deadlines.close()
  expect(clock.pending).toBe(0)
})
