import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { TlsProvider } from '@dcm/transport-tls'
import { outcomeOf } from './outcome.ts'

/** Listens on loopback and says what became of each connection's handshake; a secured one is closed at once, or when the peer closes. */
export class TlsListener implements AsyncDisposable {
  readonly #server: Server
  readonly #provider: TlsProvider
  readonly #outcomes: Promise<string>[] = []

  readonly #closes: boolean

  private constructor(server: Server, provider: TlsProvider, closes: boolean) {
    this.#closes = closes
    this.#server = server
    this.#provider = provider
    server.on('connection', (socket) => this.#outcomes.push(this.#secure(socket)))
  }

  static async open(provider: TlsProvider, { closes = true } = {}): Promise<TlsListener> {
    const server = createServer({ allowHalfOpen: true })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new TlsListener(server, provider, closes)
  }

  get port(): string {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? String(address.port) : ''
  }

  /** In the order the connections came. */
  outcomes(): Promise<readonly string[]> {
    return Promise.all(this.#outcomes)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    await once(this.#server, 'close')
  }

  #secure(socket: Socket): Promise<string> {
    const local = { host: '127.0.0.1', port: Number(this.port) }
    const connection = { stream: socket, local, remote: local, security: [] }
    return outcomeOf(
      this.#provider.upgrade(connection, 'acceptor', { signal: AbortSignal.timeout(10_000) }),
      this.#closes,
    )
  }
}
