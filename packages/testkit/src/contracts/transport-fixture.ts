import { setImmediate } from 'node:timers/promises'
import type { Connection, Listener, NetworkAddress, Transport } from '@dcm/transport'
import { within } from '../within.ts'

/** Made anew for each case. */
export interface TransportFixture {
  readonly transport: Transport
  /** Where to listen: port 0, or a path that nobody uses. */
  readonly at: NetworkAddress
  /** After the case, whether it passed or not. */
  readonly dispose?: () => Promise<void>
}

/** What a case works with. */
export interface TransportCase {
  readonly transport: Transport
  readonly at: NetworkAddress
  readonly waitMs: number
}

/** Both ends of a connection, and the listener between. */
export interface ConnectedEnds {
  readonly listener: Listener
  readonly requestor: Connection
  readonly acceptor: Connection
}

/** Runs a case over a connection. */
export async function withConnection(
  { transport, at, waitMs }: TransportCase,
  run: (ends: ConnectedEnds) => Promise<void>,
): Promise<void> {
  const listener = await transport.listen(at)
  const connecting = Promise.all([transport.connect(listener.address), listener.accept()])
  const [requestor, acceptor] = await within(waitMs, 'a connection on both sides', connecting)
  await run({ listener, requestor, acceptor })
}

/** Runs a case over a fresh fixture, and leaves nothing open: a runner that ends with its process would wait for ever. */
export async function withFixture(
  fixture: () => TransportFixture | Promise<TransportFixture>,
  waitMs: number,
  run: (given: TransportCase) => Promise<void>,
): Promise<void> {
  const { transport, at, dispose } = await fixture()
  const remembering = new RememberingTransport(transport)
  try {
    await run({ transport: remembering, at, waitMs })
  } catch (error) {
    // What the case found is to be told, not what its leftovers fail with.
    await remembering.close(waitMs).catch(() => undefined)
    throw error
  } finally {
    await remembering.close(waitMs).finally(dispose)
  }
}

/** A transport that knows what was opened with it. */
class RememberingTransport implements Transport {
  readonly #transport: Transport
  readonly #listeners: Listener[] = []
  readonly #connections: Connection[] = []
  #closed = false

  constructor(transport: Transport) {
    this.#transport = transport
  }

  async connect(...given: Parameters<Transport['connect']>): Promise<Connection> {
    return this.#remember(await this.#transport.connect(...given))
  }

  async listen(...given: Parameters<Transport['listen']>): Promise<Listener> {
    const listener = await this.#transport.listen(...given)
    this.#listeners.push(listener)
    return {
      address: listener.address,
      get pendingConnections() {
        return listener.pendingConnections
      },
      accept: async (options) => this.#remember(await listener.accept(options)),
      close: () => listener.close(),
      [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
    }
  }

  #remember(connection: Connection): Connection {
    if (this.#closed) connection.stream.destroy()
    else this.#connections.push(connection)
    return connection
  }

  /** Connections first: a listener may wait for its own. */
  async close(waitMs: number): Promise<void> {
    this.#closed = true
    await discard(...this.#connections.splice(0))
    const listeners = this.#listeners.splice(0)
    await within(waitMs, 'close()', Promise.all(listeners.map((listener) => listener.close())))
  }
}

export async function discard(...connections: readonly Connection[]): Promise<void> {
  for (const { stream } of connections) stream.destroy()
  // What they still have to say is said before the next case.
  await setImmediate()
}
