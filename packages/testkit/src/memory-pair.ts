import { Duplex } from 'node:stream'
import type { Connection } from '@dcm/transport'

export interface MemoryPairOptions {
  /** Hands bytes over in pieces of at most this many; default as they were written. */
  readonly chunkBytes?: number
}

/**
 * Two ends of a connection in memory, half-open as TCP is: the end of one side is an `end` at the other, a destroyed side
 * resets it, and a side that does not read makes the other's writes wait.
 */
export function memoryPair(options: MemoryPairOptions = {}): readonly [Connection, Connection] {
  const one = new MemoryStream(options.chunkBytes ?? Infinity)
  const other = new MemoryStream(options.chunkBytes ?? Infinity)
  one.peer = other
  other.peer = one
  const address = (port: number) => ({ host: 'memory', port })
  return [
    { stream: one, local: address(1), remote: address(2), security: [] },
    { stream: other, local: address(2), remote: address(1), security: [] },
  ]
}

class MemoryStream extends Duplex {
  peer: MemoryStream | undefined
  readonly #chunkBytes: number
  /** The peer's write that waits until this side reads again. */
  #waiting: (() => void) | undefined

  constructor(chunkBytes: number) {
    super({ allowHalfOpen: true })
    this.#chunkBytes = chunkBytes
  }

  override _read(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting) process.nextTick(waiting)
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#deliver(chunk, done)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.peer?.push(null)
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const { peer } = this
    const orderly = this.writableFinished && (this.readableEnded || peer?.writableEnded === true)
    process.nextTick(() => {
      if (!peer || peer.destroyed) return
      if (orderly) return
      peer.destroy(Object.assign(new Error('the peer closed the connection'), { code: 'ECONNRESET' }))
    })
    done(error)
  }

  #deliver(chunk: Buffer, done: (error?: Error | null) => void): void {
    const { peer } = this
    if (!peer || peer.destroyed) {
      done(Object.assign(new Error('the peer closed the connection'), { code: 'EPIPE' }))
      return
    }
    const part = chunk.subarray(0, this.#chunkBytes)
    const rest = chunk.subarray(part.length)
    const next =
      rest.length > 0
        ? () => {
            this.#deliver(rest, done)
          }
        : () => {
            done()
          }
    if (peer.push(Buffer.from(part))) process.nextTick(next)
    else peer.#waiting = next
  }
}
