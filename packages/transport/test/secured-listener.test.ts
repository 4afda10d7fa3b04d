import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Duplex } from 'node:stream'
import {
  type Connection,
  type HandshakeFailure,
  secured,
  type SecuredOptions,
  SecurityError,
  type SecurityProvider,
  TimeoutError,
  type Transport,
} from '@dcm/transport'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { HandClock } from './hand-clock.ts'
import { ManualProvider } from './manual-provider.ts'
import { StreamTransport } from './stream-transport.ts'
import { turns } from './turns.ts'

const at = { host: 'streams', port: 104 }

async function listening(options: Partial<SecuredOptions> = {}) {
  const inner = new StreamTransport()
  const provider = new ManualProvider()
  const clock = new HandClock()
  const failures: HandshakeFailure[] = []
  const listener = await secured(inner, {
    providers: [provider],
    clock,
    onHandshakeFailure: (failure) => failures.push(failure),
    ...options,
  }).listen(at)
  onTestFinished(() => listener.close())
  const connect = async (count: number) => {
    for (let index = 0; index < count; index++) await inner.connect()
    await turns()
  }
  return { inner, provider, clock, failures, listener, connect }
}

describe('the listener of secured()', () => {
  it('runs handshakes at once, and hands connections out in the order in which they are through', async () => {
    const { provider, listener, connect } = await listening()
    await connect(3)
    expect(provider.handshakes.map(({ role }) => role)).toEqual(['acceptor', 'acceptor', 'acceptor'])
    provider.at(2).succeed()
    await turns()
    provider.at(0).succeed()
    await turns()
    expect(listener.pendingConnections).toBe(3)
    expect((await listener.accept()).stream).toBe(provider.at(2).connection.stream)
    const second = await listener.accept()
    expect(second.stream).toBe(provider.at(0).connection.stream)
    expect(second.security).toEqual([{ profile: 'manual', protocol: 'manual/1', confidential: false }])
    expect(listener.pendingConnections).toBe(1)
  })

  it('serves accept() calls that wait, in their order, past a handshake that stalls', async () => {
    const { provider, listener, connect } = await listening()
    const [first, second] = [listener.accept(), listener.accept()]
    await connect(3)
    provider.at(1).succeed()
    provider.at(2).succeed()
    expect((await first).stream).toBe(provider.at(1).connection.stream)
    expect((await second).stream).toBe(provider.at(2).connection.stream)
  })

  it('runs the layers in their order, nearest the socket first', async () => {
    const [lower, upper] = [new ManualProvider('lower'), new ManualProvider('upper')]
    const { listener, connect } = await listening({ providers: [lower, upper] })
    await connect(1)
    expect(upper.handshakes).toHaveLength(0)
    lower.at(0).succeed()
    await turns()
    upper.at(0).succeed()
    const { security } = await listener.accept()
    expect(security.map(({ profile }) => profile)).toEqual(['lower', 'upper'])
  })

  it('holds no more connections than its bound and one, and leaves the rest to the transport below', async () => {
    const { inner, provider, listener, connect } = await listening({ maxConcurrentHandshakes: 2 })
    await connect(5)
    expect([provider.handshakes.length, inner.queue.size]).toEqual([2, 2])
    provider.at(0).succeed()
    await turns()
    expect([provider.handshakes.length, inner.queue.size]).toEqual([2, 2])
    await listener.accept()
    await turns()
    expect([provider.handshakes.length, inner.queue.size]).toEqual([3, 1])
    provider.at(1).fail(new Error('a stranger'))
    await turns()
    expect([provider.handshakes.length, inner.queue.size]).toEqual([4, 0])
  })

  it('lets a handshake that had a tenth of its time give way, to as many as come, and reports it', async () => {
    const { inner, clock, provider, failures, listener, connect } = await listening({
      maxConcurrentHandshakes: 3,
      handshakeTimeoutMs: 1_000,
    })
    await connect(3)
    provider.at(0).succeed()
    await turns()
    await connect(2)
    clock.advance(99)
    await turns()
    expect(failures).toEqual([])
    clock.advance(1)
    await turns()
    expect(inner.acceptors.map(({ stream }) => stream.destroyed)).toEqual([false, true, true, false, false])
    const error = { code: 'DCM_HANDSHAKE_CROWDED_OUT', profile: 'manual' }
    expect(failures).toMatchObject([{ error }, { error }])
    provider.at(4).succeed()
    expect((await listener.accept()).stream).toBe(provider.at(0).connection.stream)
    expect((await listener.accept()).stream).toBe(provider.at(4).connection.stream)
  })

  it('lets no connection that is through give way, however long it waits', async () => {
    const { inner, clock, provider, connect } = await listening({ maxConcurrentHandshakes: 1 })
    await connect(1)
    provider.at(0).succeed()
    await turns()
    await connect(1)
    expect(clock.timers.size).toBe(0)
    clock.advance(100_000)
    await turns()
    expect(inner.acceptors.map(({ stream }) => stream.destroyed)).toEqual([false, false])
    expect(provider.handshakes).toHaveLength(1)
  })

  it('runs no timer for a place that has become free', async () => {
    const { clock, provider, connect } = await listening({ maxConcurrentHandshakes: 1 })
    await connect(2)
    expect(clock.timers.size).toBe(2)
    provider.at(0).fail(new Error('a stranger'))
    await turns()
    // Of the second handshake.
    expect([provider.handshakes.length, clock.timers.size]).toEqual([2, 1])
  })

  it('gives the place of a connection that closed while it waited to the next', async () => {
    const { provider, listener, connect } = await listening({ maxConcurrentHandshakes: 1 })
    await connect(2)
    provider.at(0).succeed()
    await turns()
    provider.at(0).connection.stream.destroy()
    await turns()
    provider.at(1).succeed()
    expect((await listener.accept()).stream).toBe(provider.at(1).connection.stream)
  })

  it('destroys a connection that fails, reports it, and goes on', async () => {
    const { inner, provider, failures, listener, connect } = await listening()
    const published: unknown[] = []
    const onPublished = (message: unknown) => published.push(message)
    subscribe('dcm:transport:handshake-failed', onPublished)
    onTestFinished(() => void unsubscribe('dcm:transport:handshake-failed', onPublished))
    await connect(2)
    const refusal = new SecurityError('wrong key', { code: 'DCM_MANUAL_KEY', profile: 'manual' })
    provider.at(0).fail(refusal)
    provider.at(1).succeed()
    expect((await listener.accept()).stream).toBe(provider.at(1).connection.stream)
    expect(inner.acceptors[0]?.stream.destroyed).toBe(true)
    expect(failures).toEqual([{ role: 'acceptor', local: at, remote: at, error: refusal }])
    expect(published).toEqual(failures)
  })

  it.each([
    ['a peer that says nothing and leaves: a probe', '', true, 0],
    ['a peer that leaves after its first byte', 'x', true, 1],
    ['a peer that says nothing and stays', '', false, 1],
  ])('reports no failure but one that began: %s', async (_, words, leaves, reported) => {
    const inner = new StreamTransport()
    const failures: HandshakeFailure[] = []
    const refusal = new SecurityError('over', { code: 'DCM_MANUAL_OVER', profile: 'reader' })
    const reader: SecurityProvider = {
      profile: 'reader',
      upgrade: async ({ stream }) => {
        if (leaves) for await (const chunk of stream) expect(String(chunk)).toBe(words)
        stream.destroy()
        throw refusal
      },
    }
    const onHandshakeFailure = (failure: HandshakeFailure) => failures.push(failure)
    await using listener = await secured(inner, { providers: [reader], onHandshakeFailure }).listen(at)
    const { stream } = await inner.connect()
    if (words !== '') stream.write(words)
    if (leaves) stream.end()
    await turns()
    expect(failures.map(({ error }) => error)).toEqual(Array(reported).fill(refusal))
    expect(listener.pendingConnections).toBe(0)
    expect(inner.acceptors[0]?.stream.destroyed).toBe(true)
  })

  it('wraps what is no SecurityError, and keeps it as the cause', async () => {
    const { provider, failures, connect } = await listening()
    await connect(1)
    const cause = new Error('boom')
    provider.at(0).fail(cause)
    await turns()
    expect(failures[0]?.error).toMatchObject({ code: 'DCM_HANDSHAKE_FAILED', profile: 'manual', cause })
  })

  it('warns of a hook that throws, and goes on', async () => {
    const warning = vi.spyOn(process, 'emitWarning').mockReturnValue()
    onTestFinished(() => {
      warning.mockRestore()
    })
    const thrown = new Error('a hook of ours')
    const { provider, listener, connect } = await listening({
      onHandshakeFailure: () => {
        throw thrown
      },
    })
    await connect(2)
    provider.at(0).fail(new Error('a stranger'))
    provider.at(1).succeed()
    await listener.accept()
    expect(warning).toHaveBeenCalledWith(thrown)
  })

  it('ends a handshake by its timer', async () => {
    const { inner, provider, clock, failures, connect } = await listening({ handshakeTimeoutMs: 5_000 })
    await connect(1)
    expect([...clock.timers.values()].map(({ ms }) => ms)).toEqual([5_000])
    clock.fire()
    await turns()
    expect(failures[0]?.error).toMatchObject({ code: 'DCM_HANDSHAKE_TIMEOUT', profile: 'manual' })
    expect(failures[0]?.error.cause).toEqual(new TimeoutError('handshake', 5_000))
    expect(provider.at(0).signal.aborted).toBe(true)
    expect(inner.acceptors[0]?.stream.destroyed).toBe(true)
    expect(clock.timers.size).toBe(0)
  })

  it('ends it even if the provider does not listen, and destroys what comes too late', async () => {
    const deaf = new ManualProvider('deaf', { listens: false })
    const { inner, clock, failures, listener, connect } = await listening({ providers: [deaf] })
    await connect(1)
    clock.fire()
    await turns()
    expect(failures[0]?.error).toMatchObject({ code: 'DCM_HANDSHAKE_TIMEOUT', profile: 'deaf' })
    expect(inner.acceptors[0]?.stream.destroyed).toBe(true)
    deaf.at(0).succeed()
    await turns()
    expect(listener.pendingConnections).toBe(0)
  })

  it('passes no connection that a layer returned unsecured', async () => {
    const idle = {
      profile: 'idle',
      upgrade: (connection) => Promise.resolve(connection),
    } satisfies SecuredOptions['providers'][number]
    const { inner, failures, listener, connect } = await listening({ providers: [idle] })
    await connect(1)
    expect(failures[0]?.error).toMatchObject({ code: 'DCM_SECURITY_SKIPPED', profile: 'idle' })
    expect(inner.acceptors[0]?.stream.destroyed).toBe(true)
    expect(listener.pendingConnections).toBe(0)
  })

  it.each(['comes too late', 'lacks its context'])(
    'survives what a stream says that it destroys, as it %s',
    async (why) => {
      const { promise, resolve } = Promise.withResolvers<Connection>()
      const touchy = { profile: 'touchy', upgrade: () => promise }
      const { inner, clock, failures, connect } = await listening({ providers: [touchy] })
      await connect(1)
      if (why === 'comes too late') clock.fire()
      await turns()
      const stream = new Duplex({
        destroy: (_error, done) => {
          done(new Error('closed before its end'))
        },
      })
      resolve({ stream, local: at, remote: at, security: [] })
      await turns()
      expect(stream.errored).toMatchObject({ message: 'closed before its end' })
      expect(inner.acceptors[0]?.stream.destroyed).toBe(true)
      expect(failures).toHaveLength(1)
    },
  )

  it('survives an error on a secured stream that nobody listens to', async () => {
    const { provider, listener, connect } = await listening()
    await connect(1)
    provider.at(0).succeed()
    await turns()
    const { stream } = provider.at(0).connection
    stream.destroy(new Error('reset'))
    await turns()
    expect(listener.pendingConnections).toBe(0)
  })
})

describe('pendingConnections of a secured listener', () => {
  it('counts every one once: in a handshake, through it, waiting for a place, and below', async () => {
    const { provider, listener, connect } = await listening({ maxConcurrentHandshakes: 2 })
    for (let connected = 1; connected <= 4; connected++) {
      await connect(1)
      expect(listener.pendingConnections).toBe(connected)
    }
    provider.at(0).succeed()
    await turns()
    expect(listener.pendingConnections).toBe(4)
    await listener.accept()
    await turns()
    expect(listener.pendingConnections).toBe(3)
    await listener.close()
    await turns()
    expect(listener.pendingConnections).toBe(0)
  })
})

describe('close() of a secured listener', () => {
  it('ends handshakes, destroys who waits, rejects accept(), and reports nobody', async () => {
    const { inner, clock, provider, failures, listener, connect } = await listening()
    await connect(2)
    provider.at(0).succeed()
    await turns()
    await listener.close()
    await expect(listener.accept()).rejects.toMatchObject({ code: 'DCM_LISTENER_CLOSED' })
    expect(inner.acceptors.map(({ stream }) => stream.destroyed)).toEqual([true, true])
    expect([clock.timers.size, failures.length, listener.pendingConnections]).toEqual([0, 0, 0])
    await expect(listener.close()).resolves.toBeUndefined()
  })

  it('destroys the next one too, which waits for a place', async () => {
    const { inner, provider, listener, connect } = await listening({ maxConcurrentHandshakes: 1 })
    await connect(1)
    provider.at(0).succeed()
    await turns()
    await connect(1)
    await listener.close()
    await turns()
    expect(inner.acceptors.map(({ stream }) => stream.destroyed)).toEqual([true, true])
  })

  it('rejects an accept() that waits, and leaves accepted connections alone', async () => {
    const { provider, listener, connect } = await listening()
    await connect(1)
    provider.at(0).succeed()
    const accepted = await listener.accept()
    const waiting = listener.accept()
    await Promise.all([
      expect(waiting).rejects.toMatchObject({ code: 'DCM_LISTENER_CLOSED' }),
      listener[Symbol.asyncDispose](),
    ])
    expect(accepted.stream.destroyed).toBe(false)
  })

  it('leaves no connection, in whichever turn of the end of its handshake it comes', async () => {
    for (let turn = 0; turn < 20; turn++) {
      const provider = new ManualProvider('manual', { listens: false })
      const { inner, listener, connect } = await listening({ providers: [provider] })
      await connect(1)
      provider.at(0).succeed()
      for (let passed = 0; passed < turn; passed++) await Promise.resolve()
      await listener.close()
      expect(inner.acceptors[0]?.stream.destroyed).toBe(true)
    }
  })

  it('follows the close of the listener below', async () => {
    const { inner, listener } = await listening()
    const waiting = listener.accept()
    inner.queue.close()
    await expect(waiting).rejects.toMatchObject({ code: 'DCM_LISTENER_CLOSED' })
  })
})

describe('the options of secured()', () => {
  it.each<[string, Partial<SecuredOptions>, string]>([
    ['no provider', { providers: [] }, 'DCM_NO_SECURITY_PROVIDER'],
    ['no time', { handshakeTimeoutMs: 0 }, 'DCM_LIMIT_RANGE'],
    ['time without end', { handshakeTimeoutMs: Infinity }, 'DCM_LIMIT_RANGE'],
    ['half a handshake', { maxConcurrentHandshakes: 0.5 }, 'DCM_LIMIT_RANGE'],
  ])('refuse %s', (_, options, code) => {
    const transport: Transport = new StreamTransport()
    expect(() => secured(transport, { providers: [new ManualProvider()], ...options })).toThrow(
      expect.objectContaining({ name: 'UsageError', code }),
    )
  })
})
