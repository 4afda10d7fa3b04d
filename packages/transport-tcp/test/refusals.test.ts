import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { getEventListeners, once } from 'node:events'
import { connect, createServer } from 'node:net'
import { AcceptQueue, type Connection, type Listener, type NetworkAddress } from '@dcm/transport'
import { tcp, type TcpOptions } from '@dcm/transport-tcp'
import { describe, expect, it, onTestFinished } from 'vitest'
import { transportError } from '../src/node-errors.ts'
import { TcpListener } from '../src/tcp-listener.ts'

const loopback = { host: '127.0.0.1', port: 0 }

/** What is published on a channel while the test runs. */
function published(name: string): unknown[] {
  const messages: unknown[] = []
  const onMessage = (message: unknown): void => void messages.push(message)
  subscribe(name, onMessage)
  onTestFinished(() => void unsubscribe(name, onMessage))
  return messages
}

function portOf({ address }: Listener): number {
  if ('port' in address) return address.port
  throw new Error('no port')
}

async function connected(): Promise<{ readonly requestor: Connection; readonly acceptor: Connection }> {
  await using listener = await tcp().listen(loopback)
  const [requestor, acceptor] = await Promise.all([tcp().connect(listener.address), listener.accept()])
  return { requestor, acceptor }
}

describe('what is said of a refusal', () => {
  it('is on the diagnostics channel when the queue was full', async () => {
    const messages = published('dcm:transport-tcp:refused')
    await using listener = await tcp().listen(loopback, { maxPendingConnections: 1 })
    const taken = await tcp().connect(listener.address)
    // The reset may come before its client has seen that it was connected.
    const [reset] = (await once(connect(portOf(listener), '127.0.0.1'), 'error')) as [NodeJS.ErrnoException]
    expect(reset.code).toBe('ECONNRESET')
    expect(messages).toMatchObject([
      { local: listener.address, remote: { host: '127.0.0.1' }, maxPendingConnections: 1 },
    ])
    taken.stream.destroy()
  })

  it('is on the diagnostics channel when the system gave no connection', async () => {
    const messages = published('dcm:transport-tcp:accept-failed')
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    await using listener = new TcpListener(server, new AcceptQueue(1))
    server.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }))
    expect(messages).toMatchObject([
      { local: listener.address, error: { name: 'TransportError', code: 'DCM_OUT_OF_DESCRIPTORS' } },
    ])
    const connection = await tcp().connect(listener.address)
    const accepted = await listener.accept()
    for (const { stream } of [connection, accepted]) stream.destroy()
  })

  it.each([
    ['ECONNREFUSED', 'DCM_CONNECTION_REFUSED'],
    ['ECONNRESET', 'DCM_CONNECTION_RESET'],
    ['EPIPE', 'DCM_CONNECTION_RESET'],
    ['ETIMEDOUT', 'DCM_CONNECTION_TIMED_OUT'],
    ['ENETUNREACH', 'DCM_UNREACHABLE'],
    ['ENOTFOUND', 'DCM_HOST_UNKNOWN'],
    ['EADDRINUSE', 'DCM_ADDRESS_IN_USE'],
    ['EADDRNOTAVAIL', 'DCM_ADDRESS_NOT_AVAILABLE'],
    ['EACCES', 'DCM_NOT_PERMITTED'],
    ['EMFILE', 'DCM_OUT_OF_DESCRIPTORS'],
    ['ESOMETHING', 'DCM_TRANSPORT_FAILED'],
  ])('translates %s to %s, with its cause', (nodeCode, code) => {
    const cause = Object.assign(new Error('from Node'), { code: nodeCode })
    expect(transportError('cannot connect', cause)).toMatchObject({ name: 'TransportError', code, cause })
  })
})

describe('a peer that resets', () => {
  it('ends an accepted connection that nobody listens to, and not the process', async () => {
    const { requestor, acceptor } = await connected()
    requestor.stream.write('unread')
    requestor.stream.destroy()
    acceptor.stream.write('to nobody')
    acceptor.stream.resume()
    acceptor.stream.on('end', () => acceptor.stream.end('nor this'))
    if (!acceptor.stream.closed) await new Promise((resolve) => acceptor.stream.once('close', resolve))
  })

  it('is an error to who listens', async () => {
    await using listener = await tcp().listen(loopback)
    const socket = connect(portOf(listener), '127.0.0.1')
    const accepted = await listener.accept()
    const error = once(accepted.stream, 'error')
    accepted.stream.resume()
    socket.resetAndDestroy()
    expect((await error)[0]).toMatchObject({ code: 'ECONNRESET' })
  })
})

describe('what cannot be', () => {
  it.each<[string, TcpOptions]>([
    ['no time to connect', { connectTimeoutMs: 0 }],
    ['more time than a timer has', { connectTimeoutMs: 2 ** 31 }],
    ['a probe at once', { keepAliveInitialDelayMs: 999 }],
    ['a probe never', { keepAliveInitialDelayMs: Infinity }],
  ])('is refused: %s', (_, options) => {
    expect(() => tcp(options)).toThrow(
      expect.objectContaining({ name: 'UsageError', code: 'DCM_LIMIT_RANGE' }),
    )
  })

  it.each<[NetworkAddress, string]>([
    [{ path: '/run/dcm.sock' }, 'DCM_ADDRESS_UNSUPPORTED'],
    [{ host: '127.0.0.1', port: 0 }, 'DCM_PORT_RANGE'],
    [{ host: '127.0.0.1', port: 65_536 }, 'DCM_PORT_RANGE'],
    [{ host: '127.0.0.1', port: 10.4 }, 'DCM_PORT_RANGE'],
  ])('is refused by connect: %o', async (address, code) => {
    await expect(tcp().connect(address)).rejects.toMatchObject({ name: 'UsageError', code })
  })

  // As from JavaScript: Node would listen on all addresses, and connect to localhost.
  it.each<[string, unknown]>([
    ['no host', { port: 11_112 }],
    ['null for a host', { host: null, port: 11_112 }],
    ['a number for a host', { host: 5, port: 11_112 }],
    ['an empty text for a host', { host: '', port: 11_112 }],
    ['nothing', undefined],
    ['a port alone', 11_112],
    ['host and port in one text', '127.0.0.1:11112'],
  ])('is refused by both: %s', async (_, address) => {
    const unsupported = { name: 'UsageError', code: 'DCM_ADDRESS_UNSUPPORTED' }
    await expect(tcp().connect(address as NetworkAddress)).rejects.toMatchObject(unsupported)
    await expect(
      tcp()
        .listen(address as NetworkAddress)
        .then((listener) => listener.close()),
    ).rejects.toMatchObject(unsupported)
  })

  // The timer of such a connect ended the process.
  it('is refused by connect: an AbortController in place of its signal', async () => {
    const signal = new AbortController() as unknown as AbortSignal
    await expect(tcp().connect({ host: '127.0.0.1', port: 1 }, { signal })).rejects.toMatchObject({
      name: 'UsageError',
      code: 'DCM_OPTION',
    })
  })

  it('is refused: an option that there is not', () => {
    expect(() => tcp({ timeoutMs: 1 } as object)).toThrow('tcp() has no option timeoutMs')
  })

  it('is refused by listen: a port or a queue out of range', async () => {
    await expect(tcp().listen({ host: '127.0.0.1', port: -1 })).rejects.toMatchObject({
      code: 'DCM_PORT_RANGE',
    })
    await expect(tcp().listen(loopback, { maxPendingConnections: 0 })).rejects.toMatchObject({
      code: 'DCM_LIMIT_RANGE',
    })
  })
})

it('leaves no listener on a signal, whatever became of the connect', async () => {
  const { signal } = new AbortController()
  const listener = await tcp().listen(loopback)
  const connection = await tcp().connect(listener.address, { signal })
  await listener.close()
  await expect(tcp().connect(listener.address, { signal })).rejects.toMatchObject({
    code: 'DCM_CONNECTION_REFUSED',
  })
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  connection.stream.destroy()
})
