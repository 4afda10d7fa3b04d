import { type Abort, PduDecodeError, PduDecoder, type PduEvent } from '@dcm/pdu'
import type { Connection, TimeoutError } from '@dcm/transport'
import { type ForeignProtocol, foreignProtocol, ForeignProtocolError } from './foreign-protocol.ts'
import type { ResolvedAssociationOptions } from './options.ts'
import { ProgressWatch } from './progress-watch.ts'

/**
 * PDUs and PDVs that are taken of one connection before all others have their turn: of 16 KiB each, 2 MiB. Node reads 4 MiB of a socket at
 * once, which hold 350 000 PDVs without content, and every other peer would wait until they are done with.
 */
const eventsPerTurn = 256

/** Who takes what arrives. */
export interface IncomingUser {
  pduEvent(event: PduEvent): void
  /** The bytes are no PDUs, which `decodeError` says, or `pduEvent` threw. */
  broken(error: Error, decodeError: PduDecodeError | undefined): void
  /** The peer is silent, or drips. */
  stopped(error: TimeoutError): void
}

/** What arrives on a connection: chunks to PDU events, held back while somebody pauses, watched for progress. */
export class Incoming {
  readonly #stream: Connection['stream']
  readonly #recycle: Connection['recycle']
  readonly #user: IncomingUser
  readonly #decoder: PduDecoder
  readonly #watch: ProgressWatch
  #paused = false
  #pumping = false
  #ourTurn = false
  #eventsLeft = eventsPerTurn
  /** While all others have their turn. */
  #othersTurn: NodeJS.Immediate | undefined
  /** What the bytes mean is of no interest any more, or cannot be known: read and dropped. */
  #deaf = false
  #silent = true
  #foreign: ForeignProtocol | undefined
  /** The memory of what is being decoded; how much of it nobody above was given. */
  #memory: ArrayBufferLike | undefined
  #keptBytes = 0

  readonly #take = (chunk: Uint8Array): void => {
    if (this.#deaf) {
      this.#recycle?.(chunk.buffer, chunk.length)
      return
    }
    if (this.#silent) {
      this.#silent = false
      this.#foreign = foreignProtocol(chunk)
    }
    this.#memory = chunk.buffer
    this.#keptBytes = chunk.length
    this.#decoder.push(chunk)
    this.#pump(chunk.length)
  }

  constructor({ stream, recycle }: Connection, options: ResolvedAssociationOptions, user: IncomingUser) {
    this.#stream = stream
    this.#recycle = recycle
    this.#user = user
    this.#decoder = new PduDecoder(options)
    this.#watch = new ProgressWatch(options, (error) => {
      user.stopped(error)
    })
    stream.on('data', this.#take)
  }

  /** Whether nothing has come yet. */
  get silent(): boolean {
    return this.#silent
  }

  /** The stream is closed, and may be kept by others for long: it holds nothing of this any more. */
  detach(): void {
    this.#stream.off('data', this.#take)
  }

  /** From now on progress is expected, while it is not our turn. */
  watch(): void {
    this.#watch.start()
  }

  /** Nothing is expected any more. Whoever paused has nothing to read; the peer's close must be seen. */
  unwatch(): void {
    this.#watch.stop()
    this.resume()
  }

  /** Reads on, and drops what it reads. */
  ignore(): void {
    this.#deaf = true
  }

  /** The peer has left: what it sent before is taken, and nobody has to wait for it. */
  takeRest(): void {
    if (this.#othersTurn) this.#goOn(Infinity)
  }

  /**
   * The peer has left: its A-ABORT, when that lies in the chunk which a paused user has not taken to its end. It says more than the loss
   * of the connection does; the data before it is dropped either way.
   */
  untakenAbort(): Abort | undefined {
    try {
      for (let event = this.#decoder.next(); event; event = this.#decoder.next()) {
        if (event.type === 'A-ABORT') return event
      }
    } catch {
      // What is no PDU says nothing, and nobody is there to be told.
    }
    return undefined
  }

  /** Stops taking events from the decoder, and bytes from the connection. */
  pause(): void {
    this.#paused = true
    this.#watch.suspended = true
    this.#stream.pause()
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#watch.suspended = this.#ourTurn
    if (!this.#pumping) this.#pump(0)
  }

  /** Whose turn it is: while it is ours, the idle timer rests. */
  set ourTurn(ourTurn: boolean) {
    this.#ourTurn = ourTurn
    this.#watch.suspended = ourTurn || this.#paused
  }

  /**
   * Takes events until there are no more, somebody pauses, or it is the others' turn. What a layer above throws costs only its
   * association.
   */
  #pump(newBytes: number): void {
    let finishedPdu = false
    this.#pumping = true
    while (!this.#paused && !this.#deaf && !this.#othersTurn) {
      try {
        const event = this.#decoder.next()
        if (!event) {
          this.#letGo()
          break
        }
        if (event.type === 'PDV') {
          finishedPdu ||= event.endOfPdu
          this.#keptBytes -= event.data.length
        } else {
          finishedPdu ||= event.type !== 'P-DATA-TF'
        }
        if (--this.#eventsLeft === 0) this.#letOthersGo()
        this.#user.pduEvent(event)
      } catch (error) {
        this.#broken(error as Error)
      }
    }
    this.#pumping = false
    if (this.#deaf) this.#letGo()
    this.#watch.received(newBytes, finishedPdu, this.#decoder.midPdu)
    if (!this.#paused && !this.#othersTurn && this.#stream.isPaused()) this.#stream.resume()
  }

  #letOthersGo(): void {
    this.#stream.pause()
    this.#othersTurn = setImmediate(() => {
      this.#goOn(eventsPerTurn)
    })
  }

  #goOn(events: number): void {
    clearImmediate(this.#othersTurn)
    this.#othersTurn = undefined
    this.#eventsLeft = events
    if (!this.#paused) this.#pump(0)
  }

  /** The chunk is decoded, or never will be: what the layers above were not given is nobody's any more. */
  #letGo(): void {
    const memory = this.#memory
    if (!memory) return
    // First, since what `recycle` throws ends the association, for which the next event is taken.
    this.#memory = undefined
    this.#recycle?.(memory, this.#keptBytes)
  }

  #broken(error: Error): void {
    if (!(error instanceof PduDecodeError)) {
      this.#user.broken(error, undefined)
      return
    }
    this.#user.broken(this.#foreign ? new ForeignProtocolError(this.#foreign, error) : error, error)
    this.#deaf = true
  }
}
