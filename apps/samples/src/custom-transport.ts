// A transport of one's own: Unix domain sockets, for an SCP that only programs of the same host may reach. An SCP or SCU takes it
// as it takes `tcp()`, and `secured()` puts security layers over it.
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import {
  AcceptQueue,
  type Connection,
  type NetworkAddress,
  observeErrors,
  type Transport,
  TransportError,
} from '@dcm/transport'

export function unixSockets(): Transport {
  return {
    async connect(to, { signal } = {}) {
      signal?.throwIfAborted()
      const socket = connect({ path: pathOf(to), allowHalfOpen: true })
      const connection = connectionOf(socket, to)
      try {
        await once(socket, 'connect', signal && { signal })
      } catch (cause) {
        socket.destroy()
        if (signal?.aborted) throw signal.reason
        throw new TransportError('nobody listens there', { code: 'DCM_CONNECTION_REFUSED', cause })
      }
      return connection
    },
    async listen(at, { maxPendingConnections } = {}) {
      const queue = new AcceptQueue(maxPendingConnections)
      const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
        if (!queue.offer(connectionOf(socket, at))) socket.destroy()
      })
      server.listen(pathOf(at))
      await once(server, 'listening').catch((cause: unknown) => {
        throw new TransportError('cannot listen there', { code: 'DCM_ADDRESS_IN_USE', cause })
      })
      const close = (): Promise<void> => {
        server.close()
        queue.close()
        return Promise.resolve()
      }
      return {
        address: at,
        get pendingConnections() {
          return queue.size
        },
        accept: ({ signal } = {}) => queue.take(signal),
        close,
        [Symbol.asyncDispose]: close,
      }
    },
  }
}

/** Both ends of a Unix domain socket have the listener's path for an address. */
function connectionOf(socket: Socket, address: NetworkAddress): Connection {
  observeErrors(socket)
  return { stream: socket, local: address, remote: address, security: [] }
}

function pathOf(address: NetworkAddress): string {
  if ('path' in address) return address.path
  throw new TransportError('a path is needed', { code: 'DCM_ADDRESS_KIND' })
}
