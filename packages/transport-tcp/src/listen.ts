import { type AddressInfo, createServer, type Server } from 'node:net'
import {
  type Connection,
  formatAddress,
  type Listener,
  type ListenOptions,
  type NetworkAddress,
} from '@dcm/transport'
import { AcceptQueue } from './accept-queue.ts'
import { transportError } from './node-errors.ts'
import { observeErrors } from './socket-connection.ts'
import type { TcpOptions } from './tcp.ts'

/** The default of `maxPendingConnections`. */
const defaultMaxPendingConnections = 128

export async function listen(
  at: Extract<NetworkAddress, { host: string }>,
  options: ListenOptions,
  tcpOptions: Required<TcpOptions>,
): Promise<Listener> {
  const queue = new AcceptQueue(options.maxPendingConnections ?? defaultMaxPendingConnections)
  const server = createServer(
    {
      // Unread until accepted.
      pauseOnConnect: true,
      // The peer's end does not take back what it has not got yet; the layer above closes.
      allowHalfOpen: true,
      // An answer must not wait for the acknowledgement of the one before.
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: tcpOptions.keepAliveInitialDelayMs,
    },
    (socket) => {
      observeErrors(socket)
      queue.offer(socket)
    },
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(transportError(`cannot listen on ${formatAddress(at)}`, error))
    })
    server.listen({ host: at.host, port: at.port }, resolve)
  })
  // From here on an error is a connection that could not be taken, out of descriptors for example: others can.
  server.on('error', () => undefined)
  return new TcpListener(server, queue)
}

class TcpListener implements Listener {
  readonly address: NetworkAddress
  readonly #server: Server
  readonly #queue: AcceptQueue

  constructor(server: Server, queue: AcceptQueue) {
    this.#server = server
    this.#queue = queue
    const { address, port } = server.address() as AddressInfo
    this.address = { host: address, port }
  }

  get pendingConnections(): number {
    return this.#queue.size
  }

  accept(options: { readonly signal?: AbortSignal } = {}): Promise<Connection> {
    return this.#queue.take(options.signal)
  }

  close(): Promise<void> {
    this.#queue.close()
    // The server's own close waits for accepted connections, which live on.
    this.#server.close()
    return Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
