import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import type { LayeredStream } from './layered-stream.ts'

/** Rejects with Node's error. */
export function requestHandshake(layers: LayeredStream, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...options, socket: layers.lower })
    layers.cover(socket)
    const onSecure = () => {
      stop()
      resolve(socket)
    }
    const onError = (error: Error) => {
      stop()
      reject(error)
    }
    const onClose = () => {
      onError(Object.assign(new Error('closed before the handshake was over'), { code: 'ECONNRESET' }))
    }
    // an error that comes after ours has been reported must not end the process
    socket.on('error', () => undefined)
    const stop = () => {
      socket.off('secureConnect', onSecure).off('error', onError).off('close', onClose)
    }
    socket.on('secureConnect', onSecure).on('error', onError).on('close', onClose)
  })
}
