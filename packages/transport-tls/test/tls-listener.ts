import { type Connection, type Listener, TransportError } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import type { TlsProvider } from '@dcm/transport-tls'
import { outcomeOf } from './outcome.ts'

/** Listens on loopback and says what became of each connection's handshake; a secured one is closed at once, or when the peer closes. */
export class TlsListener implements AsyncDisposable {
  readonly #listener: Listener
  readonly #provider: TlsProvider
  readonly #closes: boolean
  readonly #outcomes: Promise<string>[] = []
  readonly #accepting: Promise<void>

  private constructor(listener: Listener, provider: TlsProvider, closes: boolean) {
    this.#listener = listener
    this.#provider = provider
    this.#closes = closes
    this.#accepting = this.#accept()
  }

  static async open(provider: TlsProvider, { closes = true } = {}): Promise<TlsListener> {
    const listener = await tcp().listen({ host: '127.0.0.1', port: 0 })
    return new TlsListener(listener, provider, closes)
  }

  get port(): string {
    return 'port' in this.#listener.address ? String(this.#listener.address.port) : ''
  }

  /** In the order the connections came. */
  outcomes(): Promise<readonly string[]> {
    return Promise.all(this.#outcomes)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener.close()
    await this.#accepting
  }

  async #accept(): Promise<void> {
    try {
      for (;;) this.#outcomes.push(this.#secure(await this.#listener.accept()))
    } catch (error) {
      if (!(error instanceof TransportError && error.code === 'DCM_LISTENER_CLOSED')) throw error
    }
  }

  #secure(connection: Connection): Promise<string> {
    const signal = AbortSignal.timeout(10_000)
    return outcomeOf(this.#provider.upgrade(connection, 'acceptor', { signal }), this.#closes)
  }
}
