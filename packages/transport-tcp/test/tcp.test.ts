import { once } from 'node:events'
import { connect, createServer, type AddressInfo, Socket } from 'node:net'
import { FakeClock } from '@dcm/testkit'
import { type Connection, formatAddress, type Listener, TransportError } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { describe, expect, it } from 'vitest'

const loopback = { host: '127.0.0.1', port: 0 }

function portOf(listener: Listener): number {
  if ('port' in listener.address) return listener.address.port
  throw new Error('no port')
}

/** A client whose bytes are on the way, known to have arrived in the listener's queue. */
async function client(listener: Listener, bytes = ''): Promise<Socket> {
  const before = listener.pendingConnections
  const socket = connect({ host: '127.0.0.1', port: portOf(listener), allowHalfOpen: true })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(bytes)
  while (listener.pendingConnections === before) await new Promise((resolve) => setImmediate(resolve))
  return socket
}

/** An async iteration would destroy the other direction, too, on Node 22. */
async function readAll({ stream }: Connection): Promise<string> {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk)).resume()
  await once(stream, 'end')
  return Buffer.concat(chunks).toString()
}

describe('a listener', () => {
  it('leaves pending connections unread, and accepts them in their order', async () => {
    await using listener = await tcp().listen(loopback)
    const clients = [
      await client(listener, 'one'),
      await client(listener, 'two'),
      await client(listener, 'three'),
    ]
    expect(listener.pendingConnections).toBe(3)
    const accepted = [await listener.accept(), await listener.accept(), await listener.accept()]
    for (const connection of accepted) {
      expect(connection.stream instanceof Socket && connection.stream.bytesRead).toBe(0)
      expect(connection.security).toEqual([])
    }
    for (const socket of clients) socket.end()
    expect(await Promise.all(accepted.map(readAll))).toEqual(['one', 'two', 'three'])
    expect(accepted.map((connection) => connection.remote)).toEqual(
      clients.map((socket) => ({ host: '127.0.0.1', port: socket.localPort })),
    )
    for (const connection of accepted) connection.stream.destroy()
  })

  it('refuses one more than its bound, and takes another once there is room', async () => {
    await using listener = await tcp().listen(loopback, { maxPendingConnections: 2 })
    await client(listener)
    await client(listener)
    const refused = connect({ host: '127.0.0.1', port: portOf(listener) })
    const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNRESET')
    expect(listener.pendingConnections).toBe(2)
    const accepted = await listener.accept()
    await client(listener)
    expect(listener.pendingConnections).toBe(2)
    accepted.stream.destroy()
  })

  it('serves waiting accepts in their order', async () => {
    await using listener = await tcp().listen(loopback)
    const accepting = [listener.accept(), listener.accept()]
    const first = connect(portOf(listener), '127.0.0.1')
    const one = await accepting[0]
    const second = connect(portOf(listener), '127.0.0.1')
    const two = await accepting[1]
    expect(
      [one, two].map((connection) => connection && 'port' in connection.remote && connection.remote.port),
    ).toEqual([first.localPort, second.localPort])
    for (const socket of [first, second]) socket.destroy()
    for (const connection of [one, two]) connection?.stream.destroy()
  })

  it('forgets an accept whose signal fired', async () => {
    await using listener = await tcp().listen(loopback)
    const controller = new AbortController()
    const given = listener.accept({ signal: controller.signal })
    const waiting = listener.accept()
    controller.abort(new Error('enough'))
    await expect(given).rejects.toThrow('enough')
    await expect(listener.accept({ signal: controller.signal })).rejects.toThrow('enough')
    const socket = connect(portOf(listener), '127.0.0.1')
    const connection = await waiting
    socket.destroy()
    connection.stream.destroy()
  })

  it('closes: waiting accepts end, pending connections too, accepted ones live on', async () => {
    const listener = await tcp().listen(loopback)
    const kept = await client(listener)
    const connection = await listener.accept()
    const pending = await client(listener)
    const gone = once(pending.resume(), 'close')
    await listener.close()
    await listener.close()
    pending.end()
    await gone
    await expect(listener.accept()).rejects.toMatchObject({ code: 'DCM_LISTENER_CLOSED' })
    connection.stream.end('still here')
    const [chunk] = (await once(kept, 'data')) as [Buffer]
    expect(chunk.toString()).toBe('still here')
    kept.destroy()
    connection.stream.destroy()
  })

  it('is not harmed by a pending connection that resets', async () => {
    await using listener = await tcp().listen(loopback)
    const socket = await client(listener, 'gone')
    socket.resetAndDestroy()
    const honest = await client(listener, 'here')
    const first = await listener.accept()
    first.stream.on('error', () => undefined)
    first.stream.resume()
    const second = await listener.accept()
    honest.end()
    expect(await readAll(second)).toBe('here')
    first.stream.destroy()
    second.stream.destroy()
  })

  it('says that the port is taken', async () => {
    await using listener = await tcp().listen(loopback)
    await expect(tcp().listen({ host: '127.0.0.1', port: portOf(listener) })).rejects.toMatchObject({
      name: 'TransportError',
      code: 'DCM_ADDRESS_IN_USE',
    })
  })

  it('listens on IPv6, and with :: on both', async () => {
    await using six = await tcp().listen({ host: '::1', port: 0 })
    expect(formatAddress(six.address)).toBe(`[::1]:${String(portOf(six))}`)
    await using both = await tcp().listen({ host: '::', port: 0 })
    for (const host of ['::1', '127.0.0.1']) {
      const connecting = tcp().connect({ host, port: portOf(both) })
      const accepted = await both.accept()
      const connection = await connecting
      expect(accepted.remote).toEqual(connection.local)
      expect(accepted.local).toEqual({ host, port: portOf(both) })
      expect(connection.remote).toEqual({ host, port: portOf(both) })
      accepted.stream.destroy()
      connection.stream.destroy()
    }
  })
})

describe('a connection', () => {
  it('keeps the name that was called, for a layer above to verify', async () => {
    await using listener = await tcp().listen(loopback)
    const called = { host: 'localhost', port: portOf(listener) }
    const connection = await tcp().connect(called)
    expect(connection.remote).toEqual(called)
    connection.stream.destroy()
  })

  it('stays open for our answer after the peer’s end, and for the peer’s after ours', async () => {
    await using listener = await tcp().listen(loopback)
    const connecting = tcp().connect(listener.address)
    const accepted = await listener.accept()
    const connection = await connecting
    connection.stream.end('question')
    expect(await readAll(accepted)).toBe('question')
    accepted.stream.end('late answer')
    expect(await readAll(connection)).toBe('late answer')
  })

  it('loses nothing that came before somebody read', async () => {
    await using listener = await tcp().listen(loopback)
    const connecting = tcp().connect(listener.address)
    const accepted = await listener.accept()
    accepted.stream.end('early')
    const connection = await connecting
    await once(accepted.stream, 'finish')
    expect(await readAll(connection)).toBe('early')
    connection.stream.end()
    accepted.stream.destroy()
  })
})

describe('connect', () => {
  it('says that nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    const refused = tcp().connect({ host: '127.0.0.1', port })
    await expect(refused).rejects.toBeInstanceOf(TransportError)
    await expect(refused).rejects.toMatchObject({ code: 'DCM_CONNECTION_REFUSED' })
  })

  it('ends with its signal, before and while it connects', async () => {
    await using listener = await tcp().listen(loopback)
    await expect(
      tcp().connect(listener.address, { signal: AbortSignal.abort(new Error('no')) }),
    ).rejects.toThrow('no')
    const controller = new AbortController()
    const connecting = tcp().connect(listener.address, { signal: controller.signal })
    controller.abort(new Error('changed my mind'))
    await expect(connecting).rejects.toThrow('changed my mind')
  })

  it('waits no longer than its timer', async () => {
    await using listener = await tcp().listen(loopback)
    const clock = new FakeClock()
    const connecting = tcp({ clock, connectTimeoutMs: 50 }).connect(listener.address)
    await Promise.resolve()
    clock.advance(50)
    await expect(connecting).rejects.toMatchObject({ name: 'TimeoutError', timer: 'connect', timeoutMs: 50 })
    expect(clock.pending).toBe(0)
  })

  it('has no paths', async () => {
    await expect(tcp().connect({ path: '/tmp/x' })).rejects.toMatchObject({ code: 'DCM_ADDRESS_UNSUPPORTED' })
    await expect(tcp().listen({ path: '/tmp/x' })).rejects.toMatchObject({ code: 'DCM_ADDRESS_UNSUPPORTED' })
  })
})
