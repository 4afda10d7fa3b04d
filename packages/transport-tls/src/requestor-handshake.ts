import { connect, type ConnectionOptions, type DetailedPeerCertificate, type TLSSocket } from 'node:tls'
import type { LayeredStream } from './layered-stream.ts'

/** Rejects with Node's error. */
export function requestHandshake(layers: LayeredStream, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...options, socket: layers.lower })
    layers.cover(socket)
    // Node looks at it before the handshake is over, for the server's name, which verifyPeer() judges. Node 24.21 ends the process there
    // when a CA that the server sends has a key on a curve without a NIST name, such as secp256k1 or Brainpool's.
    socket.getPeerCertificate = notNow
    const onSecure = () => {
      stop()
      Reflect.deleteProperty(socket, 'getPeerCertificate')
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

const notNow = () => ({}) as DetailedPeerCertificate
