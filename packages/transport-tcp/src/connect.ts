import { connect as netConnect } from 'node:net'
import { type Connection, formatAddress, type NetworkAddress, TimeoutError } from '@dcm/transport'
import { transportError } from './node-errors.ts'
import { observeErrors, socketConnection } from './socket-connection.ts'
import type { TcpOptions } from './tcp.ts'

export function connect(
  to: Extract<NetworkAddress, { host: string }>,
  options: Required<TcpOptions>,
  signal: AbortSignal | undefined,
): Promise<Connection> {
  if (signal?.aborted) return Promise.reject(signal.reason as Error)
  const { clock, connectTimeoutMs } = options
  const socket = netConnect({
    host: to.host,
    port: to.port,
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: options.keepAliveInitialDelayMs,
  })
  observeErrors(socket)
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(() => {
      settle(new TimeoutError('connect', connectTimeoutMs))
    }, connectTimeoutMs)
    const onAbort = (): void => {
      settle(signal?.reason as Error)
    }
    const onError = (error: Error): void => {
      settle(transportError(`cannot connect to ${formatAddress(to)}`, error))
    }
    const onConnect = (): void => {
      settle(undefined)
    }
    const settle = (error: Error | undefined): void => {
      clock.clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      socket.off('connect', onConnect)
      socket.off('error', onError)
      if (error) {
        socket.destroy()
        reject(error)
      } else {
        // Nobody listens yet, and nothing may be lost.
        socket.pause()
        resolve(socketConnection(socket))
      }
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    socket.once('connect', onConnect)
    socket.once('error', onError)
  })
}
