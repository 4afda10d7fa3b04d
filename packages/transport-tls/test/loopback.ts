import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { Connection, NetworkAddress } from '@dcm/transport'

/** Both ends of one TCP connection over loopback, half-open as the contract says. */
export interface Pair {
  readonly requestor: Connection & { readonly stream: Socket }
  readonly acceptor: Connection & { readonly stream: Socket }
}

export async function loopbackPair(): Promise<Pair> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP server')
  const calling = connect({ host: '127.0.0.1', port: address.port, allowHalfOpen: true })
  const [[called]] = await Promise.all([
    once(server, 'connection') as Promise<[Socket]>,
    once(calling, 'connect'),
  ])
  server.close()
  return { requestor: connectionOf(calling), acceptor: connectionOf(called) }
}

/** A pair with a wire between that can be cut open: what the requestor sends passes through `tamper`. */
export async function tappedPair(tamper: (chunk: Buffer) => Buffer): Promise<Pair> {
  const [left, right] = await Promise.all([loopbackPair(), loopbackPair()])
  const [from, to] = [left.acceptor.stream, right.requestor.stream]
  from.on('data', (chunk: Buffer) => to.write(tamper(chunk)))
  from
    .on('end', () => to.end())
    .on('close', () => to.destroy())
    .resume()
  to.on('data', (chunk: Buffer) => from.write(chunk))
  to.on('end', () => from.end()).on('close', () => from.destroy())
  return { requestor: left.requestor, acceptor: right.acceptor }
}

function connectionOf(stream: Socket): Connection & { readonly stream: Socket } {
  return {
    stream,
    local: addressOf(stream.localAddress, stream.localPort),
    remote: addressOf(stream.remoteAddress, stream.remotePort),
    security: [],
  }
}

function addressOf(host: string | undefined, port: number | undefined): NetworkAddress {
  return { host: host ?? '', port: port ?? 0 }
}
