import { createServer, type Server } from 'node:net'
import { AcceptQueue, formatAddress, type Listener, type ListenOptions } from '@dcm/transport'
import type { Endpoint } from './endpoint.ts'
import { transportError } from './node-errors.ts'
import { socketOptions } from './socket-options.ts'
import type { TcpOptions } from './tcp-options.ts'
import { TcpListener } from './tcp-listener.ts'

export async function listen(
  at: Endpoint,
  { maxPendingConnections }: ListenOptions,
  options: Required<TcpOptions>,
): Promise<Listener> {
  const queue = new AcceptQueue(maxPendingConnections)
  // Paused: unread until accepted.
  const server = createServer({ ...socketOptions(options), pauseOnConnect: true })
  await listening(server, at)
  return new TcpListener(server, queue)
}

function listening(server: Server, at: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error): void => {
      reject(transportError(`cannot listen on ${formatAddress(at)}`, error))
    }
    server.once('error', onError)
    server.listen({ host: at.host, port: at.port }, () => {
      server.off('error', onError)
      resolve()
    })
  })
}
