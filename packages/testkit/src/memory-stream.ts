import { Duplex } from 'node:stream'
import { observeErrors, UsageError } from '@dcm/transport'

/** One end of a connection in memory; see `memoryPair()`. */
export class MemoryStream extends Duplex {
  readonly #chunkBytes: number
  #peer: MemoryStream | undefined
  /** The peer's write that waits until this side reads again. */
  #waiting: (() => void) | undefined
  /** Our write that is under way. */
  #writing: ((error?: Error | null) => void) | undefined

  private constructor(chunkBytes: number) {
    super({ allowHalfOpen: true })
    this.#chunkBytes = chunkBytes
    observeErrors(this)
  }

  /**
   * Both ends. What is written is handed over in pieces of at most `chunkBytes`.
   *
   * @throws UsageError `DCM_LIMIT_RANGE`
   */
  static pair(chunkBytes: number): readonly [MemoryStream, MemoryStream] {
    if (!(chunkBytes >= 1)) {
      const message = `chunkBytes ${String(chunkBytes)} is out of range; allowed are 1 and more`
      throw new UsageError(message, { code: 'DCM_LIMIT_RANGE' })
    }
    const [one, other] = [new MemoryStream(chunkBytes), new MemoryStream(chunkBytes)]
    one.#peer = other
    other.#peer = one
    return [one, other]
  }

  override _read(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting) process.nextTick(waiting)
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#writing = done
    this.#deliver(chunk)
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#peer?.push(null)
    done()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const peer = this.#peer
    process.nextTick(() => {
      const orderly = this.writableFinished && (this.readableEnded || peer?.writableFinished === true)
      if (peer && !peer.destroyed && !orderly) peer.destroy(connectionError('ECONNRESET'))
    })
    this.#written(error ?? connectionError('EPIPE'))
    done(error)
  }

  #deliver(chunk: Buffer): void {
    const peer = this.#peer
    if (this.destroyed) return
    if (!peer || peer.destroyed) {
      this.#written(connectionError('EPIPE'))
      return
    }
    const part = chunk.subarray(0, this.#chunkBytes)
    const rest = chunk.subarray(part.length)
    const next = (): void => {
      if (rest.length > 0) this.#deliver(rest)
      else this.#written()
    }
    // A copy, as over a network: what the writer does with its bytes then is its own affair.
    if (peer.push(Buffer.from(part))) process.nextTick(next)
    else peer.#waiting = next
  }

  #written(error?: Error): void {
    const done = this.#writing
    this.#writing = undefined
    done?.(error)
  }
}

/** As Node's sockets say it. */
function connectionError(code: 'ECONNRESET' | 'EPIPE'): Error {
  return Object.assign(new Error('the peer closed the connection'), { code })
}
