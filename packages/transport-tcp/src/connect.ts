import { connect as netConnect } from 'node:net'
import { type Connection, formatAddress, observeErrors, TimeoutError } from '@dcm/transport'
import type { Endpoint } from './endpoint.ts'
import { transportError } from './node-errors.ts'
import { socketConnection } from './socket-connection.ts'
import { socketOptions } from './socket-options.ts'
import type { TcpOptions } from './tcp-options.ts'

/** To the first address of a host that answers, as Node's own connect tries them. */
export function connect(
  to: Endpoint,
  options: Required<TcpOptions>,
  signal: AbortSignal | undefined,
): Promise<Connection> {
  if (signal?.aborted) return Promise.reject(signal.reason as Error)
  const { clock, connectTimeoutMs } = options
  const socket = netConnect({ host: to.host, port: to.port, ...socketOptions(options) })
  observeErrors(socket)
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(() => {
      fail(new TimeoutError('connect', connectTimeoutMs))
    }, connectTimeoutMs)
    const onAbort = (): void => {
      fail(signal?.reason as Error)
    }
    const onError = (error: Error): void => {
      fail(transportError(`cannot connect to ${formatAddress(to)}`, error))
    }
    const onConnect = (): void => {
      stop()
      // Nobody reads yet, and nothing may be lost.
      socket.pause()
      // As it was called: a layer above verifies the peer by that name. The socket knows which address answered.
      resolve({ ...socketConnection(socket), remote: { host: to.host, port: to.port } })
    }
    const fail = (error: Error): void => {
      stop()
      socket.destroy()
      reject(error)
    }
    const stop = (): void => {
      clock.clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      socket.off('connect', onConnect).off('error', onError)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    socket.once('connect', onConnect).once('error', onError)
  })
}
