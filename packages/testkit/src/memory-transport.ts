import {
  AcceptQueue,
  type Connection,
  formatAddress,
  type Listener,
  type NetworkAddress,
  type Transport,
  TransportError,
} from '@dcm/transport'
import { connectedPair, type MemoryPairOptions } from './memory-pair.ts'

/**
 * A network of its own, in memory: what listens on it can be connected to by name and port, and it behaves as TCP does. A
 * listener's queue that is full resets the connection; it does not refuse it.
 */
export function memoryTransport(options: MemoryPairOptions = {}): Transport {
  const queues = new Map<string, AcceptQueue>()
  let lastPort = 49_151
  return {
    connect: async (to, { signal } = {}) => {
      signal?.throwIfAborted()
      // As on a network, nobody is connected in the turn in which it is asked for.
      await Promise.resolve()
      signal?.throwIfAborted()
      const name = formatAddress(to)
      const queue = queues.get(name)
      if (!queue) throw failure('DCM_CONNECTION_REFUSED', `cannot connect to ${name}: nobody listens there`)
      return connected(queue, to, { host: 'memory', port: ++lastPort }, options)
    },
    listen: async (at, { maxPendingConnections } = {}) => {
      await Promise.resolve()
      const address = 'port' in at && at.port === 0 ? { ...at, port: ++lastPort } : at
      const name = formatAddress(address)
      if (queues.has(name)) throw failure('DCM_ADDRESS_IN_USE', `cannot listen on ${name}: the port is taken`)
      const queue = new AcceptQueue(maxPendingConnections)
      queues.set(name, queue)
      return memoryListener(queue, address, () => {
        if (queues.get(name) === queue) queues.delete(name)
      })
    },
  }
}

function connected(
  queue: AcceptQueue,
  to: NetworkAddress,
  from: NetworkAddress,
  options: MemoryPairOptions,
): Connection {
  const [requestor, acceptor] = connectedPair(from, to, options)
  if (!queue.offer(acceptor)) acceptor.stream.destroy()
  return requestor
}

function memoryListener(queue: AcceptQueue, address: NetworkAddress, release: () => void): Listener {
  const close = (): Promise<void> => {
    release()
    queue.close()
    return Promise.resolve()
  }
  return {
    address,
    get pendingConnections() {
      return queue.size
    },
    accept: ({ signal } = {}) => queue.take(signal),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function failure(code: string, message: string): TransportError {
  return new TransportError(message, { code })
}
