import { AcceptQueue } from './accept-queue.ts'
import type { Connection } from './connection.ts'
import { TransportError } from './errors.ts'
import type { NetworkAddress } from './network-address.ts'
import { runHandshakes } from './run-handshakes.ts'
import type { SecuredOptions } from './secured-options.ts'
import type { Listener } from './transport.ts'

/** Hands out the connections of a listener that came through their handshakes, in the order in which they did. */
export class SecuredListener implements Listener {
  readonly #inner: Listener
  readonly #options: Required<SecuredOptions>
  readonly #queue: AcceptQueue
  readonly #handshakes = new Map<AbortController, Promise<void>>()
  readonly #closing = new AbortController()
  #wake: () => void = () => undefined
  #closed: Promise<void> | undefined

  constructor(inner: Listener, options: Required<SecuredOptions>) {
    this.#inner = inner
    this.#options = options
    this.#queue = new AcceptQueue(options.maxConcurrentHandshakes, () => {
      this.#wake()
    })
    void this.#takeAll()
  }

  get address(): NetworkAddress {
    return this.#inner.address
  }

  get pendingConnections(): number {
    return this.#inner.pendingConnections + this.#handshakes.size + this.#queue.size
  }

  accept(options: { readonly signal?: AbortSignal } = {}): Promise<Connection> {
    return this.#queue.take(options.signal)
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close())
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** Until the listener below, or this one, is closed. */
  async #takeAll(): Promise<void> {
    const { signal } = this.#closing
    try {
      for (;;) {
        await this.#room()
        const connection = await this.#inner.accept({ signal })
        if (signal.aborted) connection.stream.destroy()
        else this.#start(connection)
      }
    } catch {
      this.#queue.close()
    }
  }

  async #room(): Promise<void> {
    const { maxConcurrentHandshakes } = this.#options
    while (this.#handshakes.size + this.#queue.size >= maxConcurrentHandshakes) {
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  #start(connection: Connection): void {
    const controller = new AbortController()
    this.#handshakes.set(controller, this.#secure(connection, controller))
  }

  async #secure(connection: Connection, controller: AbortController): Promise<void> {
    try {
      const secured = await runHandshakes(connection, 'acceptor', this.#options, controller.signal)
      if (!this.#queue.offer(secured)) secured.stream.destroy()
    } catch {
      // Reported where it failed; no fall-back.
    } finally {
      this.#handshakes.delete(controller)
      this.#wake()
    }
  }

  async #close(): Promise<void> {
    const reason = new TransportError('the listener is closed', { code: 'DCM_LISTENER_CLOSED' })
    this.#queue.close()
    const handshakes = [...this.#handshakes]
    for (const [controller] of handshakes) controller.abort(reason)
    this.#closing.abort(reason)
    this.#wake()
    await this.#inner.close()
    await Promise.all(handshakes.map(([, done]) => done))
  }
}
