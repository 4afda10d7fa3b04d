import type { Connection } from './connection.ts'
import { TransportError } from './errors.ts'
import { observeErrors } from './observe-errors.ts'
import { requireLimit } from './require-limit.ts'
import { requireSignal } from './require-options.ts'

/** The default of `ListenOptions.maxPendingConnections`; the reason stands there. */
const defaultMaxPendingConnections = 128

interface Waiter {
  readonly resolve: (connection: Connection) => void
  readonly reject: (error: Error) => void
}

/**
 * The inside of a listener, for transports of your own too: connections that wait for `accept()`, and `accept()` calls that wait
 * for connections; never both. First come, first served on either side.
 *
 * A connection whose stream closes while it waits leaves the queue. That an unread socket's peer is gone shows only when it is
 * read, so such a connection keeps its place and is handed out.
 */
export class AcceptQueue {
  /** Connections that may wait. */
  readonly maximum: number
  readonly #onRoom: () => void
  /** Each with what takes it out when its stream closes. */
  readonly #pending = new Map<Connection, () => void>()
  readonly #waiters = new Set<Waiter>()
  #closed = false

  /**
   * @param maximum Connections that may wait: a listener's `maxPendingConnections`, 128 by default.
   * @param onRoom Called whenever one that waited has left.
   * @throws UsageError `DCM_LIMIT_RANGE`
   */
  constructor(maximum = defaultMaxPendingConnections, onRoom: () => void = () => undefined) {
    this.maximum = requireLimit('maxPendingConnections', maximum, 1)
    this.#onRoom = onRoom
  }

  /** Connections that wait. */
  get size(): number {
    return this.#pending.size
  }

  /** Takes a connection over, or returns false when there is no room: the caller refuses it then. */
  offer(connection: Connection): boolean {
    if (this.#closed) return false
    observeErrors(connection.stream)
    const [waiter] = this.#waiters
    if (waiter) {
      this.#waiters.delete(waiter)
      waiter.resolve(connection)
      return true
    }
    if (this.#pending.size >= this.maximum) return false
    const onClose = (): void => {
      this.#pending.delete(connection)
      this.#onRoom()
    }
    connection.stream.once('close', onClose)
    this.#pending.set(connection, onClose)
    return true
  }

  /** As `Listener.accept()`. */
  take(signal?: AbortSignal): Promise<Connection> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error)
    const [oldest] = this.#pending
    if (oldest) {
      const [connection, onClose] = oldest
      connection.stream.off('close', onClose)
      onClose()
      return Promise.resolve(connection)
    }
    if (this.#closed) return Promise.reject(closedError())
    return this.#wait(signal)
  }

  /** Destroys what waits, and rejects who waits. */
  close(): void {
    this.#closed = true
    for (const [connection, onClose] of this.#pending) {
      connection.stream.off('close', onClose)
      connection.stream.destroy()
    }
    this.#pending.clear()
    for (const waiter of this.#waiters) waiter.reject(closedError())
    this.#waiters.clear()
  }

  #wait(signal: AbortSignal | undefined): Promise<Connection> {
    return new Promise((resolve, reject) => {
      requireSignal(signal)
      const onAbort = (): void => {
        this.#waiters.delete(waiter)
        reject(signal?.reason as Error)
      }
      const waiter: Waiter = {
        resolve: (connection) => {
          signal?.removeEventListener('abort', onAbort)
          resolve(connection)
        },
        reject: (error) => {
          signal?.removeEventListener('abort', onAbort)
          reject(error)
        },
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiters.add(waiter)
    })
  }
}

function closedError(): TransportError {
  return new TransportError('the listener is closed', { code: 'DCM_LISTENER_CLOSED' })
}
