import { createServer, type Server, type TlsOptions, type TLSSocket } from 'node:tls'
import type { LayeredStream } from './layered-stream.ts'

/** Servers kept for the next handshake; a burst beyond makes more, and lets them go. One holds some 50 KB. */
const maxIdleServers = 8

/**
 * Acceptors' handshakes. A `tls.Server` that is fed with streams of our own never listens; it is Node's documented way to a verdict
 * on the client's certificate. Each runs one handshake at a time, so that what it reports belongs to the stream it was given.
 */
export class AcceptorHandshakes {
  readonly #options: TlsOptions
  readonly #idle: Server[] = []

  constructor(options: TlsOptions) {
    this.#options = options
  }

  /** Rejects with Node's error. After a failure the server is not used again, as it may still report on the lost stream. */
  async run(layers: LayeredStream): Promise<TLSSocket> {
    const server = this.#idle.pop() ?? createServer(this.#options)
    const socket = await handshake(server, layers)
    if (this.#idle.length < maxIdleServers) this.#idle.push(server)
    return socket
  }
}

function handshake(server: Server, layers: LayeredStream): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const onSecure = (socket: TLSSocket) => {
      stop()
      layers.cover(socket)
      socket.allowHalfOpen = true
      resolve(socket)
    }
    const onError = (error: Error, socket: TLSSocket) => {
      stop()
      layers.cover(socket)
      reject(error)
    }
    const stop = () => {
      server.off('secureConnection', onSecure).off('tlsClientError', onError)
    }
    server.on('secureConnection', onSecure).on('tlsClientError', onError)
    // the TLS socket takes this property over: a peer that ends in the middle of the handshake ends it
    const { lower: stream } = layers
    const { allowHalfOpen } = stream
    stream.allowHalfOpen = false
    server.emit('connection', stream)
    stream.allowHalfOpen = allowHalfOpen
  })
}
