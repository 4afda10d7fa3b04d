import { Duplex } from 'node:stream'
import { type Connection, observeErrors } from '@dcm/transport'
import { gatherSmall } from '../engine/gather-small.ts'
import type { IsclEngine } from '../engine/iscl-engine.ts'
import type { IsclEvent } from '../engine/iscl-event.ts'
import { discard } from './discard.ts'
import { freeMemory } from './free-memory.ts'
import { PieceQueue } from './piece-queue.ts'
import { writeOutput } from './write-output.ts'

/** What a writer may leave with us before it should wait: enough that one packet holds many small writes. */
const WRITABLE_HIGH_WATER_BYTES = 256 * 1024
/** The next packet is sealed while the one before goes out. More gains nothing, and each is memory. */
const MOST_PACKETS_UNDER_WAY = 2
const READABLE_HIGH_WATER_BYTES = 64 * 1024
/** After a chunk with so many packets, which cost by the packet and not by the octet, all other connections have their turn. */
const PACKETS_PER_TURN = 256

/** The plaintext side of a session that stands: runs its engine over the stream below. */
export class IsclStream extends Duplex {
  readonly #engine: IsclEngine
  readonly #lower: Duplex
  /** What is encrypted or decrypted lies in memory of its own: neither the writer's, nor that of the stream below. */
  readonly #ownMemory: boolean
  readonly #recycle: Connection['recycle']
  readonly #unsent = new PieceQueue()
  #packetsUnderWay = 0
  #writing: ((error?: Error | null) => void) | undefined
  #peerEnded = false
  /** While all others have their turn. */
  #othersTurn: NodeJS.Immediate | undefined

  /** `lower` is paused, and its memory goes back by `recycle`; `read` is what was read past the handshake. */
  constructor(
    engine: IsclEngine,
    lower: Duplex,
    read: readonly IsclEvent[],
    {
      confidential,
      recycle,
    }: { readonly confidential: boolean; readonly recycle: Connection['recycle'] | undefined },
  ) {
    super({
      readableHighWaterMark: READABLE_HIGH_WATER_BYTES,
      writableHighWaterMark: WRITABLE_HIGH_WATER_BYTES,
    })
    this.#engine = engine
    this.#lower = lower
    this.#ownMemory = confidential
    this.#recycle = recycle
    lower
      .on('data', this.#onData)
      .on('end', this.#onEnd)
      .on('error', this.#onError)
      .on('close', this.#onClose)
    observeErrors(this)
    this.#take(read)
  }

  override _read(): void {
    if (!this.#othersTurn && this.#lower.isPaused()) this.#lower.resume()
  }

  override _write(
    chunk: Uint8Array,
    _encoding: BufferEncoding,
    callback: (error?: Error | null) => void,
  ): void {
    this.#unsent.fill([chunk])
    this.#writing = callback
    this.#sendNext()
  }

  override _writev(
    chunks: { chunk: Uint8Array; encoding: BufferEncoding }[],
    callback: (error?: Error | null) => void,
  ): void {
    this.#unsent.fill(chunks.map(({ chunk }) => chunk))
    this.#writing = callback
    this.#sendNext()
  }

  override _final(callback: (error?: Error | null) => void): void {
    try {
      this.#engine.end()
    } catch (error) {
      callback(error as Error)
      return
    }
    writeOutput(this.#lower, this.#engine.takeOutput())
    this.#lower.end(callback)
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const done = this.#peerEnded && this.writableFinished
    if (!done) this.#engine.abort('CLOSED', 'the session was given up')
    writeOutput(this.#lower, this.#engine.takeOutput())
    clearImmediate(this.#othersTurn)
    this.#lower
      .off('data', this.#onData)
      .off('end', this.#onEnd)
      .off('error', this.#onError)
      .off('close', this.#onClose)
    discard(this.#lower)
    callback(error)
  }

  /** Done when the stream below has let go of every packet: who destroys us after that loses nothing. */
  #sendNext(): void {
    while (this.#mayPrepareNext()) {
      try {
        this.#engine.send(this.#unsent.take(this.#engine.maxDataBytes))
      } catch (error) {
        this.#written(error as Error)
        return
      }
      this.#packetsUnderWay++
      const packet = this.#engine.takeOutput()
      writeOutput(this.#lower, packet, (error) => {
        if (this.#ownMemory && !error) packet.forEach(freeMemory)
        this.#packetSent(error)
      })
    }
    if (this.#packetsUnderWay === 0) this.#written()
  }

  #mayPrepareNext(): boolean {
    const room = this.#packetsUnderWay < MOST_PACKETS_UNDER_WAY
    return room && this.#writing !== undefined && !this.#unsent.isEmpty
  }

  /** Answers the write that waits, if none has failed before. */
  #written(error?: Error | null): void {
    const callback = this.#writing
    this.#writing = undefined
    callback?.(error)
  }

  #packetSent(error?: Error | null): void {
    this.#packetsUnderWay--
    if (error) this.#written(error)
    else if (this.#writing !== undefined) this.#sendNext()
  }

  #take(events: readonly IsclEvent[]): void {
    let full = false
    // A packet of one octet comes out of the cipher in memory of its own, of some hundred times its weight.
    const data = events.flatMap((event) => (event.type === 'data' ? [event.bytes] : []))
    for (const bytes of gatherSmall(data)) full = !this.push(bytes)
    const last = events.at(-1)
    if (last?.type === 'failed') this.destroy(last.error)
    else if (last?.type === 'peer-ended') this.#endReadable()
    if (full && !this.#peerEnded) this.#lower.pause()
  }

  /** The stream below is read on, as nothing but its end may come now. */
  #endReadable(): void {
    this.#peerEnded = true
    this.push(null)
    this.#lower.resume()
  }

  readonly #onData = (chunk: Uint8Array): void => {
    const events = this.#engine.receive(chunk)
    if (this.#ownMemory) this.#recycle?.(chunk.buffer, chunk.length)
    this.#take(events)
    if (events.length > PACKETS_PER_TURN && !this.destroyed) this.#letOthersGo()
  }

  #letOthersGo(): void {
    this.#lower.pause()
    this.#othersTurn = setImmediate(() => {
      this.#othersTurn = undefined
      // Else the reader asks for more once it has taken what waits.
      if (this.#peerEnded || this.readableLength < READABLE_HIGH_WATER_BYTES) this.#lower.resume()
    })
  }

  readonly #onEnd = (): void => {
    this.#take(this.#engine.receiveEnd())
  }

  readonly #onError = (error: Error): void => {
    if (!(this.#peerEnded && this.writableFinished)) this.destroy(error)
  }

  readonly #onClose = (): void => {
    // What the peer ended well is still read; a writer learns of the loss by its next write.
    if (this.#peerEnded) return
    this.destroy(this.#engine.abort('TRUNCATED', "the connection was lost without the peer's end"))
  }
}
