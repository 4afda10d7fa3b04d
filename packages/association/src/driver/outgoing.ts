import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { UsageError } from '@dcm/pdu'
import type { TimeoutError } from '@dcm/transport'
import { Deadline } from './deadline.ts'
import type { ResolvedAssociationOptions } from './options.ts'
import { type Wait, Waits } from './waits.ts'

/** What leaves on a connection: gathered writes, back-pressure, and a close that lets the last bytes go first. */
export class Outgoing {
  readonly #stream: Duplex
  readonly #maximumPendingBytes: number
  readonly #writeStalls: Waits
  readonly #writeStall: Wait
  readonly #closing: Deadline
  /** Who waits for `drained()`. */
  #waiting: PromiseWithResolvers<void> | undefined

  readonly #drain = (): void => {
    this.#writeStalls.end(this.#writeStall)
    this.#waiting?.resolve()
    this.#waiting = undefined
  }

  /** @param stalled The peer has not read for `writeStallTimeoutMs`. */
  constructor(stream: Duplex, options: ResolvedAssociationOptions, stalled: (error: TimeoutError) => void) {
    const { clock, writeStallTimeoutMs, artimTimeoutMs } = options
    this.#stream = stream
    this.#maximumPendingBytes = options.maximumPendingBytes
    this.#writeStalls = new Waits(clock)
    this.#writeStall = { timer: 'write-stall', timeoutMs: writeStallTimeoutMs, expired: stalled }
    // Nobody waits for it any more.
    this.#closing = new Deadline('close', artimTimeoutMs, clock, () => {
      stream.destroy()
    })
    stream.on('drain', this.#drain)
  }

  /** Whether the peer has yet to read what was written. */
  get full(): boolean {
    return this.#stream.writableNeedDrain
  }

  /** @throws UsageError `DCM_PENDING_BYTES` when too much waits already. */
  requireRoom(): void {
    const pending = this.#stream.writableLength
    if (pending <= this.#maximumPendingBytes || !this.full) return
    throw new UsageError(
      `${String(pending)} bytes wait to be sent, more than the limit of ${String(this.#maximumPendingBytes)} bytes; wait for drained()`,
      'DCM_PENDING_BYTES',
    )
  }

  /** One gathered write. False: more should wait for `drained()`. */
  write(runs: readonly Uint8Array[]): boolean {
    const stream = this.#stream
    if (!stream.writable) return true
    let more = true
    if (runs.length > 1) stream.cork()
    for (const run of runs) more = stream.write(run)
    if (runs.length > 1) stream.uncork()
    if (!more && this.full && this.#writeStall.startedAt === undefined)
      this.#writeStalls.begin(this.#writeStall)
    return more
  }

  /** When what was written has left, or the connection is closed. */
  drained(): Promise<void> {
    if (!this.full) return Promise.resolve()
    this.#waiting ??= Promise.withResolvers()
    return this.#waiting.promise
  }

  /** The stream is closed, and may be kept by others for long: it holds nothing of this any more. */
  detach(): void {
    this.#stream.off('drain', this.#drain)
    this.#closing.stop()
    this.#writeStalls.close()
    this.#drain()
  }

  /**
   * Lets what was written leave, then closes; at the latest after ARTIM. By an end, with which a security layer says goodbye: TLS
   * must (close_notify, RFC 8446 6.1), and without it a peer has to take the close for an attack.
   */
  close(): void {
    const stream = this.#stream
    if (stream.destroyed || this.#closing.running) return
    // Of a socket without layers the close is an end: another one would be a tenth of what a short association costs.
    const isEnd = stream.writableLength === 0 && stream.constructor === Socket
    if (stream.writableFinished || isEnd) {
      stream.destroy()
      return
    }
    stream.end(() => stream.destroy())
    stream.resume()
    this.#closing.start()
  }
}
