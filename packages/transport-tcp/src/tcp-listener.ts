import type { AddressInfo, Server, Socket } from 'node:net'
import {
  type AcceptQueue,
  type Connection,
  type Listener,
  type NetworkAddress,
  observeErrors,
} from '@dcm/transport'
import * as diagnostics from './diagnostics.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { transportError } from './node-errors.ts'
import { socketConnection } from './socket-connection.ts'

/** A listening server's sockets, queued unread. */
export class TcpListener implements Listener {
  readonly address: NetworkAddress
  readonly #server: Server
  readonly #queue: AcceptQueue
  /** Of all its connections, unless it listens on all addresses: to ask the system takes a tenth of the time of accepting. */
  readonly #local: Endpoint | undefined

  constructor(server: Server, queue: AcceptQueue) {
    this.#server = server
    this.#queue = queue
    const { address, port } = server.address() as AddressInfo
    this.address = { host: address, port }
    this.#local = ['0.0.0.0', '::'].includes(address) ? undefined : endpoint(address, port)
    server.on('connection', this.#take)
    // Of one connection, not of the listener: the next may find a descriptor again.
    server.on('error', (cause) => {
      const error = transportError('cannot accept a connection', cause)
      diagnostics.acceptFailed.publish({
        local: this.address,
        error,
      } satisfies diagnostics.AcceptFailedMessage)
    })
  }

  get pendingConnections(): number {
    return this.#queue.size
  }

  accept(options: { readonly signal?: AbortSignal } = {}): Promise<Connection> {
    return this.#queue.take(options.signal)
  }

  close(): Promise<void> {
    // The port is free at once. The server's own 'close' waits for accepted connections, which live on.
    this.#server.close()
    this.#queue.close()
    return Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  readonly #take = (socket: Socket): void => {
    observeErrors(socket)
    const connection = socketConnection(socket, this.#local)
    if (this.#queue.offer(connection)) return
    // A reset says at once that there is no room; an orderly close would look like a connection that was served.
    socket.resetAndDestroy()
    const { local, remote } = connection
    const maxPendingConnections = this.#queue.maximum
    diagnostics.refused.publish({ local, remote, maxPendingConnections } satisfies diagnostics.RefusedMessage)
  }
}
