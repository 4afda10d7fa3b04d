import { once } from 'node:events'
import { TimeoutError } from '@dcm/transport'
import { expect, test } from 'vitest'
import { closed } from './closed.ts'
import { loopbackPair } from './loopback.ts'
import { archive, modality, signal, upgradeBoth } from './upgrade-both.ts'

test.each(['acceptor', 'requestor'] as const)(
  'a silent peer, and the %s’s signal ends the wait',
  async (role) => {
    const pair = await loopbackPair()
    const controller = new AbortController()
    const upgrade = archive().upgrade(pair[role], role, { signal: controller.signal })
    const reason = new TimeoutError('handshake', 10_000)
    controller.abort(reason)
    await expect(upgrade).rejects.toMatchObject({ code: 'DCM_TLS_ABORTED', cause: reason })
    await closed(pair[role].stream)
    pair.acceptor.stream.destroy()
    pair.requestor.stream.destroy()
  },
)

test('an acceptor in the middle of the handshake, too', async () => {
  const { requestor, acceptor } = await loopbackPair()
  const controller = new AbortController()
  const upgrade = archive().upgrade(acceptor, 'acceptor', { signal: controller.signal })
  requestor.stream.write(Buffer.from('1603010200010001fc0303', 'hex'))
  await once(acceptor.stream, 'readable')
  controller.abort()
  await expect(upgrade).rejects.toMatchObject({ code: 'DCM_TLS_ABORTED' })
  await closed(acceptor.stream)
  requestor.stream.destroy()
})

test('a signal that is aborted before it begins', async () => {
  const { requestor, acceptor } = await loopbackPair()
  const upgrade = archive().upgrade(acceptor, 'acceptor', { signal: AbortSignal.abort() })
  await expect(upgrade).rejects.toMatchObject({ code: 'DCM_TLS_ABORTED' })
  expect(acceptor.stream.destroyed).toBe(true)
  requestor.stream.destroy()
})

test('credentials that never come do not hold an aborted upgrade', async () => {
  const { requestor, acceptor } = await loopbackPair()
  const controller = new AbortController()
  const slow = archive({ credentials: () => new Promise(() => undefined) })
  const upgrade = slow.upgrade(acceptor, 'acceptor', { signal: controller.signal })
  controller.abort()
  await expect(upgrade).rejects.toMatchObject({ code: 'DCM_TLS_ABORTED' })
  requestor.stream.destroy()
})

test('an abort after the handshake changes nothing, and no listener stays on the signal', async () => {
  const raw = await loopbackPair()
  const controller = new AbortController()
  const [acceptor, requestor] = await Promise.all([
    archive().upgrade(raw.acceptor, 'acceptor', { signal: controller.signal }),
    modality().upgrade(raw.requestor, 'requestor', { signal }),
  ])
  controller.abort()
  requestor.stream.write('still here')
  expect(String((await once(acceptor.stream, 'data'))[0])).toBe('still here')
  acceptor.stream.destroy()
  requestor.stream.destroy()
})

test('a hundred stalled handshakes do not hold up an honest one, and leave nothing behind', async () => {
  const provider = archive()
  const controller = new AbortController()
  const stalled = await Promise.all(Array.from({ length: 100 }, loopbackPair))
  const refused = stalled.map(({ requestor, acceptor }, index) => {
    if (index % 2 === 0) requestor.stream.write(Buffer.from('160301', 'hex'))
    return provider
      .upgrade(acceptor, 'acceptor', { signal: controller.signal })
      .catch((error: unknown) => error)
  })
  const { acceptor, requestor } = await upgradeBoth(provider, modality())
  controller.abort()
  expect(await Promise.all(refused)).toEqual(
    Array(100).fill(expect.objectContaining({ code: 'DCM_TLS_ABORTED' })),
  )
  for (const pair of stalled) {
    pair.requestor.stream.destroy()
    await closed(pair.acceptor.stream)
    expect(pair.acceptor.stream.listenerCount('readable')).toBe(0)
  }
  acceptor.stream.destroy()
  requestor.stream.destroy()
})
