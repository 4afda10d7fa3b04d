import { getEventListeners } from 'node:events'
import { type Connection, secured, SecurityError, TransportError } from '@dcm/transport'
import { describe, expect, it } from 'vitest'
import { HandClock } from './hand-clock.ts'
import { ManualProvider } from './manual-provider.ts'
import { StreamTransport } from './stream-transport.ts'
import { turns } from './turns.ts'

const to = { host: 'streams', port: 104 }

function connecting(signal?: AbortSignal) {
  const inner = new StreamTransport()
  const [lower, upper] = [new ManualProvider('lower'), new ManualProvider('upper')]
  const clock = new HandClock()
  const connection = secured(inner, { providers: [lower, upper], clock }).connect(to, signal && { signal })
  connection.catch(() => undefined)
  return { inner, lower, upper, clock, connection }
}

describe('connect() of secured()', () => {
  it('goes through all layers as the requestor', async () => {
    const { lower, upper, clock, connection } = connecting()
    await turns()
    lower.at(0).succeed()
    await turns()
    upper.at(0).succeed()
    expect((await connection).security.map(({ profile }) => profile)).toEqual(['lower', 'upper'])
    expect([lower.at(0).role, upper.at(0).role]).toEqual(['requestor', 'requestor'])
    expect(clock.timers.size).toBe(0)
  })

  it('rejects with the refusal of a layer, and leaves nothing', async () => {
    const { lower, upper, clock, connection } = connecting()
    await turns()
    lower.at(0).succeed()
    await turns()
    const refusal = new SecurityError('wrong key', { code: 'DCM_MANUAL_KEY', profile: 'upper' })
    upper.at(0).fail(refusal)
    await expect(connection).rejects.toBe(refusal)
    expect(lower.at(0).connection.stream.destroyed).toBe(true)
    expect(clock.timers.size).toBe(0)
  })

  it('destroys what a layer from JavaScript took and gave no stream for', async () => {
    const inner = new StreamTransport()
    let taken: Connection | undefined
    const upgrade = ({ security, ...given }: Connection) => {
      taken = { security, ...given }
      const context = { profile: 'streamless', protocol: 'none', confidential: false }
      return Promise.resolve({ security: [...security, context] } as unknown as Connection)
    }
    const transport = secured(inner, { providers: [{ profile: 'streamless', upgrade }] })
    await expect(transport.connect(to)).rejects.toMatchObject({
      name: 'SecurityError',
      code: 'DCM_HANDSHAKE_FAILED',
      cause: expect.any(TypeError) as unknown,
    })
    expect(taken?.stream.destroyed).toBe(true)
  })

  it('has one timer for all layers', async () => {
    const { lower, upper, clock, connection } = connecting()
    await turns()
    lower.at(0).succeed()
    await turns()
    expect(clock.timers.size).toBe(1)
    clock.fire()
    await expect(connection).rejects.toMatchObject({
      code: 'DCM_HANDSHAKE_TIMEOUT',
      profile: 'upper',
      cause: { timer: 'handshake', timeoutMs: 10_000 },
    })
    expect(upper.at(0).connection.stream.destroyed).toBe(true)
  })

  it('rejects with the reason of its signal, in the middle of a handshake', async () => {
    const controller = new AbortController()
    const { lower, clock, connection } = connecting(controller.signal)
    await turns()
    const reason = new Error('not wanted any more')
    controller.abort(reason)
    await expect(connection).rejects.toBe(reason)
    expect(lower.at(0).connection.stream.destroyed).toBe(true)
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
    expect(clock.timers.size).toBe(0)
  })

  it('does not begin a handshake when its signal was aborted before', async () => {
    const reason = new Error('never wanted')
    const { lower, connection } = connecting(AbortSignal.abort(reason))
    await expect(connection).rejects.toBe(reason)
    expect(lower.handshakes).toHaveLength(0)
  })

  it('passes on that the transport below could not connect', async () => {
    const refused = new TransportError('nobody listens there', { code: 'DCM_CONNECTION_REFUSED' })
    const inner = new StreamTransport()
    inner.connect = () => Promise.reject(refused)
    await expect(secured(inner, { providers: [new ManualProvider()] }).connect(to)).rejects.toBe(refused)
  })

  it('takes a provider that throws at once as one that refuses', async () => {
    const cause = new Error('no key')
    const provider = {
      profile: 'thrower',
      upgrade: () => {
        throw cause
      },
    }
    const connection = secured(new StreamTransport(), { providers: [provider] }).connect(to)
    await expect(connection).rejects.toMatchObject({
      code: 'DCM_HANDSHAKE_FAILED',
      profile: 'thrower',
      cause,
    })
  })
})
