import { AcceptQueue } from './accept-queue.ts'
import type { Connection } from './connection.ts'
import { TransportError } from './errors.ts'
import type { NetworkAddress } from './network-address.ts'
import { gaveWay, runHandshakes } from './run-handshakes.ts'
import type { SecuredOptions } from './secured-options.ts'
import type { Listener } from './transport.ts'

interface Handshake {
  readonly controller: AbortController
  /** Never rejects. */
  readonly done: Promise<void>
  readonly startedMs: number
}

/** Of the time for a handshake: an honest one is through by then, unless hundreds began with it. */
const undisturbedShare = 0.1

/** Hands out the connections of a listener that came through their handshakes, in the order in which they did. */
export class SecuredListener implements Listener {
  readonly #inner: Listener
  readonly #options: Required<SecuredOptions>
  readonly #queue: AcceptQueue
  /** Oldest first. */
  readonly #handshakes = new Set<Handshake>()
  /** Accepted below, and waits for a place among the handshakes. */
  #next: Connection | undefined
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
    const next = this.#next ? 1 : 0
    return this.#inner.pendingConnections + next + this.#handshakes.size + this.#queue.size
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
        const connection = (this.#next = await this.#inner.accept({ signal }))
        await this.#makeRoom()
        this.#next = undefined
        if (signal.aborted) connection.stream.destroy()
        else this.#start(connection)
      }
    } catch {
      this.#queue.close()
    }
  }

  /** Waits for a place. A handshake that takes long gives its own up, so that silent peers keep nobody out. */
  async #makeRoom(): Promise<void> {
    const { maxConcurrentHandshakes, handshakeTimeoutMs, clock } = this.#options
    while (this.#handshakes.size + this.#queue.size >= maxConcurrentHandshakes) {
      const [oldest] = this.#handshakes
      const restMs = oldest
        ? oldest.startedMs + handshakeTimeoutMs * undisturbedShare - clock.now()
        : Infinity
      if (oldest && restMs <= 0) {
        oldest.controller.abort(gaveWay)
        await oldest.done
      } else {
        await this.#change(restMs)
      }
      if (this.#closing.signal.aborted) return
    }
  }

  /** Until a place may have become free, or for so long. */
  async #change(ms: number): Promise<void> {
    const { clock } = this.#options
    let timer: unknown
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      if (Number.isFinite(ms)) timer = clock.setTimeout(resolve, ms)
    })
    clock.clearTimeout(timer)
  }

  #start(connection: Connection): void {
    const controller = new AbortController()
    const done = this.#secure(connection, controller.signal).finally(() => {
      this.#handshakes.delete(handshake)
      this.#wake()
    })
    const handshake = { controller, done, startedMs: this.#options.clock.now() }
    this.#handshakes.add(handshake)
  }

  async #secure(connection: Connection, signal: AbortSignal): Promise<void> {
    try {
      const secured = await runHandshakes(connection, 'acceptor', this.#options, signal)
      if (!this.#queue.offer(secured)) secured.stream.destroy()
    } catch {
      // Reported where it failed; no fall-back.
    }
  }

  async #close(): Promise<void> {
    const reason = new TransportError('the listener is closed', { code: 'DCM_LISTENER_CLOSED' })
    this.#queue.close()
    const handshakes = [...this.#handshakes]
    for (const { controller } of handshakes) controller.abort(reason)
    this.#closing.abort(reason)
    this.#wake()
    await this.#inner.close()
    await Promise.all(handshakes.map(({ done }) => done))
  }
}
