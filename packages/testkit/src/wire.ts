import type { Duplex } from 'node:stream'
import type { Connection, ConnectionRole } from '@dcm/transport'
import { memoryPair, type MemoryPairOptions } from './memory-pair.ts'
import { settled } from './settled.ts'

export interface WireOptions extends MemoryPairOptions {
  /** Holds bytes back until their sender falls silent, so that all it said arrives as one chunk. */
  readonly gathers?: boolean
  /** What one side sends stops after so many bytes; then nothing more comes, or the end, or a reset. */
  readonly cut?: {
    readonly role: ConnectionRole
    readonly afterBytes: number
    readonly kind: 'silence' | 'end' | 'reset'
  }
}

/** What a wire takes down of each direction, in bytes. */
const maximumRecordedBytes = 1_048_576

/** A connection in memory with somebody on the line: counts, records, holds back and cuts. */
export class Wire {
  readonly acceptor: Connection
  readonly requestor: Connection
  readonly #options: WireOptions
  readonly #sent = { acceptor: 0, requestor: 0 }
  readonly #recorded: Record<ConnectionRole, Uint8Array[]> = { acceptor: [], requestor: [] }
  readonly #ends: readonly Connection[]

  /** @throws UsageError `DCM_LIMIT_RANGE` for a `chunkBytes` under 1 */
  constructor(options: WireOptions = {}) {
    this.#options = options
    const [acceptor, besideAcceptor] = memoryPair(options)
    const [requestor, besideRequestor] = memoryPair(options)
    this.acceptor = acceptor
    this.requestor = requestor
    this.#ends = [acceptor, besideAcceptor, requestor, besideRequestor]
    this.#carry('acceptor', besideAcceptor.stream, besideRequestor.stream)
    this.#carry('requestor', besideRequestor.stream, besideAcceptor.stream)
  }

  /** Bytes that this side has sent so far. */
  sentBytes(role: ConnectionRole): number {
    return this.#sent[role]
  }

  /** The first MiB of what this side sent. */
  recorded(role: ConnectionRole): Buffer {
    return Buffer.concat(this.#recorded[role])
  }

  destroy(): void {
    for (const { stream } of this.#ends) stream.destroy()
  }

  #carry(role: ConnectionRole, from: Duplex, to: Duplex): void {
    const gathered: Uint8Array[] = []
    const write = (bytes: Uint8Array): void => {
      if (bytes.length > 0 && !to.destroyed && !to.write(bytes)) from.pause()
    }
    const flush = (): void => {
      write(Buffer.concat(gathered.splice(0)))
    }
    from.on('data', (chunk: Uint8Array) => {
      const rest = this.#beforeCut(role, chunk.length)
      if (this.#sent[role] < maximumRecordedBytes) this.#recorded[role].push(chunk)
      this.#sent[role] += chunk.length
      const bytes = chunk.subarray(0, rest)
      if (!this.#options.gathers) write(bytes)
      else if (gathered.push(bytes) === 1) void settled().then(flush)
      if (rest < chunk.length) this.#cut(from, to)
    })
    to.on('drain', () => from.resume())
    from.once('end', () => {
      flush()
      to.end()
    })
    from.once('close', () => {
      if (!from.readableEnded) to.destroy()
    })
  }

  /** How many of the next bytes still pass. */
  #beforeCut(role: ConnectionRole, length: number): number {
    const { cut } = this.#options
    if (cut?.role !== role) return length
    return Math.max(0, Math.min(length, cut.afterBytes - this.#sent[role]))
  }

  #cut(from: Duplex, to: Duplex): void {
    const kind = this.#options.cut?.kind
    if (kind === 'end') to.end()
    if (kind === 'reset') {
      from.destroy()
      to.destroy()
    }
  }
}
