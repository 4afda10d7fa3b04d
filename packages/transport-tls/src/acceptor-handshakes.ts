import { createServer, type Server, type TlsOptions, type TLSSocket } from 'node:tls'
import type { LayeredStream } from './layered-stream.ts'

/** Servers kept for the next handshakes. A burst of more makes new ones, 0.1 ms and 10 KB each, and lets them go again. */
const maxIdleServers = 32

/**
 * No session is ever resumed. But to ask, Node keeps the whole ClientHello first, in a buffer of 16 KiB, through which it reads from
 * then on. Without a listener that buffer has 1 KiB when the first bytes were looked at before TLS, and every second read is as short.
 */
const resumeNothing = (_id: Buffer, answer: (error: null, session: null) => void): void => {
  answer(null, null)
}

/** Where Node has a server's keys, CAs and lists; there is no public way to share them. */
interface WithContext {
  _sharedCreds?: unknown
}

/**
 * Node leaves what it made the context from on the server, and the server on each of its sockets: who prints a connection, or logs it,
 * would print the key.
 */
function withoutSecrets(server: Server): Server {
  return Object.assign(server, { key: undefined, pfx: undefined, passphrase: undefined })
}

/**
 * Acceptors' handshakes. A `tls.Server` that is fed with streams of our own never listens; it is Node's documented way to a verdict
 * on the client's certificate. Each runs one handshake at a time, so that what it reports belongs to the stream it was given.
 */
export class AcceptorHandshakes {
  readonly #options: TlsOptions
  readonly #explain: (error: Error, socket: TLSSocket) => Error
  readonly #idle: Server[] = []
  #first: (Server & WithContext) | undefined

  /** @param explain what a failed handshake is rejected with, in place of Node's error */
  constructor(options: TlsOptions, explain: (error: Error, socket: TLSSocket) => Error = (error) => error) {
    this.#options = options
    this.#explain = explain
  }

  /** Rejects with Node's error, explained. The lower stream must not be destroyed yet. */
  run(layers: LayeredStream): Promise<TLSSocket> {
    const { lower: stream } = layers
    const server = this.#idle.pop() ?? this.#newServer().on('resumeSession', resumeNothing)
    return new Promise((resolve, reject) => {
      let isWaiting = true
      const onSecure = (socket: TLSSocket) => {
        settle(socket)
        socket.allowHalfOpen = true
        resolve(socket)
      }
      const onError = (error: Error, socket: TLSSocket) => {
        settle(socket)
        reject(this.#explain(error, socket))
      }
      // a turn later, as the bytes before the end may have been all that was missing
      const onEnd = () =>
        setImmediate(() => {
          if (isWaiting) stream.destroy() // which the server reports
        })
      const settle = (socket: TLSSocket) => {
        isWaiting = false
        server.off('secureConnection', onSecure).off('tlsClientError', onError)
        stream.off('end', onEnd)
        layers.cover(socket)
        if (this.#idle.length < maxIdleServers) this.#idle.push(server)
      }
      server.on('secureConnection', onSecure).on('tlsClientError', onError)
      // Without half-open, which the TLS socket takes over, a peer's end in the middle of the handshake ends it. That needs
      // the peer to read, so where the stream says its end itself, and is no socket of the system, it is not waited for.
      stream.on('end', onEnd)
      const { allowHalfOpen } = stream
      stream.allowHalfOpen = false
      server.emit('connection', stream)
      stream.allowHalfOpen = allowHalfOpen
    })
  }

  /** All have the context of the first: each of its own would hold its revocation lists again, which can be some 20 MB. */
  #newServer(): Server {
    if (this.#first?._sharedCreds === undefined)
      return (this.#first = withoutSecrets(createServer(this.#options)))
    const { ALPNProtocols, requestCert, rejectUnauthorized, handshakeTimeout, pskCallback } = this.#options
    const own = { ALPNProtocols, requestCert, rejectUnauthorized, handshakeTimeout, pskCallback }
    const server: Server & WithContext = createServer({ ...own, ca: [] })
    server._sharedCreds = this.#first._sharedCreds
    return server
  }
}
