import type { Socket } from 'node:net'
import { type Connection, TransportError } from '@dcm/transport'
import { socketConnection } from './socket-connection.ts'

interface Waiter {
  readonly resolve: (connection: Connection) => void
  readonly reject: (error: Error) => void
}

/** Connection requests that wait for `accept()`, and `accept()` calls that wait for requests; never both. First come, first served. */
export class AcceptQueue {
  readonly #maximum: number
  readonly #pending = new Set<Socket>()
  readonly #waiters = new Set<Waiter>()
  #closed = false

  constructor(maximum: number) {
    this.#maximum = maximum
  }

  get size(): number {
    return this.#pending.size
  }

  /** Takes a new socket, unread; refuses it when the queue is full. */
  offer(socket: Socket): void {
    const [waiter] = this.#waiters
    if (waiter) {
      this.#waiters.delete(waiter)
      waiter.resolve(socketConnection(socket))
    } else if (this.#closed || this.#pending.size >= this.#maximum) {
      // A reset says at once that there is no room; an orderly close would look like an accepted connection.
      socket.resetAndDestroy()
    } else {
      this.#pending.add(socket)
      socket.once('close', () => this.#pending.delete(socket))
    }
  }

  take(signal?: AbortSignal): Promise<Connection> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error)
    const [socket] = this.#pending
    if (socket) {
      this.#pending.delete(socket)
      return Promise.resolve(socketConnection(socket))
    }
    if (this.#closed) return Promise.reject(closed())
    return new Promise((resolve, reject) => {
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
      const onAbort = (): void => {
        this.#waiters.delete(waiter)
        waiter.reject(signal?.reason as Error)
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiters.add(waiter)
    })
  }

  close(): void {
    this.#closed = true
    for (const socket of this.#pending) socket.destroy()
    this.#pending.clear()
    for (const waiter of this.#waiters) waiter.reject(closed())
    this.#waiters.clear()
  }
}

function closed(): TransportError {
  return new TransportError('the listener is closed', { code: 'DCM_LISTENER_CLOSED' })
}
