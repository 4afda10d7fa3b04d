import type { Connection } from '@dcm/transport'

/**
 * Connections that have not sent their A-ASSOCIATE-RQ. Bounded: one too many closes the oldest, since an honest
 * requestor sends at once, and silent ones must not keep it out.
 */
export class AwaitingRequests {
  readonly #maximum: number
  readonly #connections = new Set<Connection>()

  constructor(maximum: number) {
    this.#maximum = maximum
  }

  get size(): number {
    return this.#connections.size
  }

  add(connection: Connection): void {
    if (this.#connections.size >= this.#maximum) {
      const [oldest] = this.#connections
      oldest?.stream.destroy()
      if (oldest) this.#connections.delete(oldest)
    }
    this.#connections.add(connection)
  }

  delete(connection: Connection): void {
    this.#connections.delete(connection)
  }

  destroy(): void {
    for (const connection of this.#connections) connection.stream.destroy()
    this.#connections.clear()
  }
}
