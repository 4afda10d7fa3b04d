import {
  type Abort,
  type AssociateAc,
  type AssociateRj,
  type AssociateRq,
  type ControlPdu,
  encodePdu,
  encodePDataTf,
  type Pdv,
  PduDecodeError,
  PduDecoder,
  type PduEvent,
  type PdvFragment,
  UsageError,
} from '@dcm/pdu'
import { type Connection, TimeoutError } from '@dcm/transport'
import { abortWords, summarizePdu } from '../describe/index.ts'
import {
  type AssociationRole,
  type Effect,
  events,
  type MachineEvent,
  type Primitive,
  type State,
  states,
  step,
} from '../machine/index.ts'
import { judgeRequest } from '../negotiation/index.ts'
import { Deadline } from './deadline.ts'
import { errors, pdus, transitions } from './diagnostics.ts'
import { AssociationAbortedError } from './errors.ts'
import type { ResolvedAssociationOptions } from './options.ts'
import { ProgressWatch } from './progress-watch.ts'

/** How an association, or the attempt at one, ended. */
export type AssociationEnd =
  | { readonly kind: 'released' }
  | { readonly kind: 'rejected'; readonly rejection: Pick<AssociateRj, 'result' | 'source' | 'reason'> }
  | { readonly kind: 'aborted'; readonly error: AssociationAbortedError }

/** What the machine tells the service user above (PS3.8 7). */
export interface UpperLayerUser {
  associateIndication?(request: AssociateRq): void
  associateConfirmation?(answer: AssociateAc): void
  data(fragment: PdvFragment): void
  releaseIndication(): void
  /** Once, when the association is over for the user; the transport may still be open (Sta13). */
  ended(end: AssociationEnd): void
}

let associations = 0

/**
 * Runs the PS3.8 machine over a connection: bytes to events, effects to bytes, timers and indications. It decides
 * nothing that the table does not say.
 */
export class UpperLayer {
  readonly id = ++associations
  readonly connection: Connection
  readonly options: ResolvedAssociationOptions
  readonly role: AssociationRole
  readonly #user: UpperLayerUser
  readonly #decoder: PduDecoder
  readonly #artim: Deadline
  readonly #writeStall: Deadline
  readonly #closing: Deadline
  readonly #watch: ProgressWatch
  readonly #closed = Promise.withResolvers<undefined>()
  #state: State = 'Sta1'
  #paused = false
  #pumping = false
  #ourTurn = false
  #finishedPdu = false
  #releaseResponseOwed = false
  /** What the bytes mean is of no interest any more, or cannot be known: read and dropped. */
  #deaf = false
  #receivedBytes = 0
  #ended = false
  #drainWaiters: (() => void)[] = []
  /** Why we abort, for the error that the user gets. */
  #abortCause: Error | undefined

  constructor(
    connection: Connection,
    role: AssociationRole,
    options: ResolvedAssociationOptions,
    user: UpperLayerUser,
  ) {
    this.connection = connection
    this.role = role
    this.options = options
    this.#user = user
    this.#decoder = new PduDecoder(options)
    const { clock } = options
    this.#artim = new Deadline('artim', options.artimTimeoutMs, clock, () => {
      if (this.#state === 'Sta2') this.#fail(new TimeoutError('artim', options.artimTimeoutMs))
      this.#dispatch({ event: 'Evt18' })
    })
    this.#writeStall = new Deadline('write-stall', options.writeStallTimeoutMs, clock, () => {
      this.abort(new TimeoutError('write-stall', options.writeStallTimeoutMs))
      // The A-ABORT lies behind what the peer does not read: there is nothing to wait for.
      connection.stream.destroy()
    })
    this.#closing = new Deadline('close', options.artimTimeoutMs, clock, () => {
      connection.stream.destroy()
    })
    this.#watch = new ProgressWatch(
      clock,
      options.idleTimeoutMs,
      options.pduTimeoutMs,
      (timer, timeoutMs) => {
        this.abort(new TimeoutError(timer, timeoutMs))
      },
    )
    const { stream } = connection
    stream.on('data', this.#onData)
    stream.on('end', this.#onEnd)
    stream.on('drain', this.#onDrain)
    stream.on('error', this.#onError)
    stream.on('close', this.#onClose)
  }

  get state(): State {
    return this.#state
  }

  /** Settles when the transport is closed and nothing of this association runs any more. */
  get closed(): Promise<undefined> {
    return this.#closed.promise
  }

  /** Evt5: the transport connection is there, and the A-ASSOCIATE-RQ shall come. */
  awaitRequest(): void {
    this.#dispatch({ event: 'Evt5' })
    this.#startReading()
  }

  /** Evt1 and Evt2: the transport connection is already there. */
  request(request: AssociateRq): void {
    const encoded = encodePdu(request)
    this.#dispatch({ event: 'Evt1' })
    this.#dispatch({ event: 'Evt2' }, request, encoded)
    this.#startReading()
  }

  #startReading(): void {
    const { stream } = this.connection
    // It may have gone while it waited in a queue.
    if (stream.destroyed) this.#onClose()
    else stream.resume()
  }

  accept(answer: AssociateAc): void {
    this.#dispatch({ event: 'Evt7' }, answer, encodePdu(answer))
    this.#watch.start()
  }

  reject(rejection: AssociateRj): void {
    this.#dispatch({ event: 'Evt8' }, rejection, encodePdu(rejection))
  }

  /** Evt9. False when the peer should be given time: wait for `drained()`. */
  send(pdvs: readonly Pdv[]): boolean {
    this.#dispatch({ event: 'Evt9' })
    return this.#write(pdvs.flatMap((pdv) => encodePDataTf([pdv])))
  }

  /** When what was written has left, or the association is over. */
  drained(): Promise<void> {
    if (!this.connection.stream.writableNeedDrain) return Promise.resolve()
    return new Promise((resolve) => this.#drainWaiters.push(resolve))
  }

  release(): void {
    this.#dispatch({ event: 'Evt11' }, { type: 'A-RELEASE-RQ' })
  }

  respondRelease(): void {
    if (this.#state === 'Sta10') this.#releaseResponseOwed = true
    else this.#dispatch({ event: 'Evt14' }, { type: 'A-RELEASE-RP' })
  }

  /** Evt15, in every state where there is something to abort; later calls do nothing. */
  abort(cause?: Error): void {
    if (this.#state === 'Sta1' || this.#state === 'Sta13') return
    if (cause) this.#fail(cause)
    // PS3.8 has no user before Sta3; a timer or a caller that gives up there only closes.
    if (this.#state === 'Sta2') this.#closeTransport()
    else this.#dispatch({ event: 'Evt15' })
  }

  /** The peer broke a rule of the layers above that is the provider's to enforce (PS3.8 9.3.8). */
  providerAbort(cause: Error, reason: 0 | 1 | 2 | 4 | 5 | 6): void {
    this.#fail(cause)
    this.#dispatch({ event: 'Evt19', reason })
  }

  /** Stops taking events from the decoder, and bytes from the connection. */
  pause(): void {
    this.#paused = true
    this.#watch.suspended = true
    this.connection.stream.pause()
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#watch.suspended = this.#ourTurn
    if (!this.#pumping) this.#pump()
  }

  /** Whose turn it is: while it is ours, the idle timer rests. */
  set ourTurn(ourTurn: boolean) {
    this.#ourTurn = ourTurn
    this.#watch.suspended = ourTurn || this.#paused
  }

  readonly #onData = (chunk: Uint8Array): void => {
    if (this.#deaf) return
    this.#receivedBytes += chunk.length
    this.#decoder.push(chunk)
    this.#finishedPdu = false
    this.#pump()
    this.#watch.received(chunk.length, this.#finishedPdu, this.#decoder.midPdu)
  }

  /** Takes events until there are no more, or somebody pauses. What a layer above throws costs only its association. */
  #pump(): void {
    this.#pumping = true
    while (!this.#paused && !this.#deaf) {
      try {
        const event = this.#decoder.next()
        if (!event) break
        this.#handle(event)
      } catch (error) {
        this.#broken(error as Error)
      }
    }
    this.#pumping = false
    if (!this.#paused) this.connection.stream.resume()
  }

  #handle(event: PduEvent): void {
    if (event.type === 'PDV') {
      if (event.endOfPdu) this.#finishedPdu = true
      // Only these two states have data for the user (PS3.8 Table 9-10, Evt10: DT-2, AR-6).
      if (this.#state === 'Sta6' || this.#state === 'Sta7') this.#user.data(event)
      return
    }
    if (event.type === 'P-DATA-TF') {
      this.#dispatch({ event: 'Evt10' })
      return
    }
    this.#finishedPdu = true
    if (pdus.hasSubscribers) this.#publishPdu('received', event)
    switch (event.type) {
      case 'A-ASSOCIATE-RQ': {
        this.#dispatch(
          { event: 'Evt6', rejection: this.#state === 'Sta2' ? judgeRequest(event) : undefined },
          event,
        )
        break
      }
      case 'A-ASSOCIATE-AC':
        this.#dispatch({ event: 'Evt3' }, event)
        break
      case 'A-ASSOCIATE-RJ':
        this.#dispatch({ event: 'Evt4' }, event)
        break
      case 'A-RELEASE-RQ':
        this.#dispatch({ event: 'Evt12' })
        break
      case 'A-RELEASE-RP':
        this.#dispatch({ event: 'Evt13' })
        break
      case 'A-ABORT':
        this.#dispatch({ event: 'Evt16', source: event.source }, event)
        break
    }
  }

  /** The bytes are no PDUs (Evt19), or a layer above broke on what they said. */
  #broken(error: Error): void {
    if (error instanceof PduDecodeError) {
      this.#fail(error)
      this.#dispatch({ event: 'Evt19', reason: error.abortReason })
      this.#deaf = true
    } else {
      this.abort(error)
    }
  }

  /** A PDU that its user made is encoded by the caller, before: one that cannot be sent changes nothing. */
  #dispatch(event: MachineEvent, pdu?: ControlPdu, encoded?: Uint8Array): void {
    const state: State = this.#state
    const transition = step(state, event, this.role)
    if (!transition) {
      throw new UsageError(
        `${events[event.event]} is not possible in ${state}: ${states[state]}`,
        'DCM_WRONG_STATE',
      )
    }
    this.#state = transition.next
    if (transitions.hasSubscribers) {
      const { action, next } = transition
      transitions.publish({ associationId: this.id, state, event: event.event, action, next })
    }
    for (const effect of transition.effects) this.#perform(effect, pdu, encoded)
    if (this.#state !== state) this.#entered()
  }

  #perform(effect: Effect, pdu: ControlPdu | undefined, encoded: Uint8Array | undefined): void {
    switch (effect.type) {
      case 'connect':
        // The connection was made, and secured, before the association was asked for.
        break
      case 'send':
        // P-DATA-TF is written by `send()`, whose payload is no control PDU.
        if (pdu) this.#writePdu(pdu, encoded)
        if (pdu?.type === 'A-ASSOCIATE-RJ') this.#end({ kind: 'rejected', rejection: pdu })
        if (pdu?.type === 'A-RELEASE-RP' && this.#state === 'Sta13') this.#end({ kind: 'released' })
        break
      case 'send-rejection':
        this.#writePdu({ type: 'A-ASSOCIATE-RJ', ...effect.rejection })
        this.#end({ kind: 'rejected', rejection: effect.rejection })
        break
      case 'send-abort':
        // AA-7: who goes on sending without reading gets no further answer.
        if (this.#ended && this.connection.stream.writableNeedDrain) break
        this.#writePdu({ type: 'A-ABORT', source: effect.source, reason: effect.reason })
        this.#aborted({ source: effect.source, reason: effect.reason })
        break
      case 'start-artim':
        this.#artim.start()
        break
      case 'stop-artim':
        this.#artim.stop()
        break
      case 'close-transport':
        this.#closeTransport()
        break
      case 'indicate':
        this.#indicate(effect.primitive, pdu)
        break
    }
  }

  #indicate(primitive: Primitive, pdu: ControlPdu | undefined): void {
    switch (primitive) {
      case 'A-ASSOCIATE indication':
        if (pdu?.type === 'A-ASSOCIATE-RQ') this.#user.associateIndication?.(pdu)
        break
      case 'A-ASSOCIATE confirmation (accept)':
        if (pdu?.type === 'A-ASSOCIATE-AC') {
          this.#watch.start()
          this.#user.associateConfirmation?.(pdu)
        }
        break
      case 'A-ASSOCIATE confirmation (reject)':
        if (pdu?.type === 'A-ASSOCIATE-RJ') this.#end({ kind: 'rejected', rejection: pdu })
        break
      case 'P-DATA indication':
        // The fragments follow one by one.
        break
      case 'A-RELEASE indication':
        this.#user.releaseIndication()
        break
      case 'A-RELEASE confirmation':
        // In a collision the acceptor still has to answer (AR-10, Sta12).
        if (this.#state === 'Sta1') this.#end({ kind: 'released' })
        break
      case 'A-ABORT indication':
      case 'A-P-ABORT indication':
        if (pdu?.type === 'A-ABORT') this.#abortedByPeer(pdu)
        else if (this.#state === 'Sta1') this.#lost()
        break
    }
  }

  /** What follows from a state rather than from an action. */
  #entered(): void {
    switch (this.#state) {
      case 'Sta12':
        // The collision's answer had to wait for the peer's (PS3.8 9.2, Sta10).
        if (this.#releaseResponseOwed) this.#dispatch({ event: 'Evt14' }, { type: 'A-RELEASE-RP' })
        break
      case 'Sta13':
        this.#watch.stop()
        // Whoever paused has nothing to read any more, and the peer's close must be seen.
        this.#paused = false
        if (!this.#pumping) this.#pump()
        break
      case 'Sta1':
        this.#watch.stop()
        this.#artim.stop()
        if (!this.#ended) this.#lost()
        break
    }
  }

  #writePdu(pdu: ControlPdu, encoded = encodePdu(pdu)): void {
    if (pdus.hasSubscribers) this.#publishPdu('sent', pdu)
    this.#write([encoded])
  }

  /** One gathered write. */
  #write(runs: readonly Uint8Array[]): boolean {
    const { stream } = this.connection
    if (!stream.writable) return true
    let more = true
    if (runs.length > 1) stream.cork()
    for (const run of runs) more = stream.write(run)
    if (runs.length > 1) stream.uncork()
    if (stream.writableNeedDrain && !this.#writeStall.running) this.#writeStall.start()
    return more
  }

  readonly #onDrain = (): void => {
    this.#writeStall.stop()
    const waiters = this.#drainWaiters
    this.#drainWaiters = []
    for (const resolve of waiters) resolve()
  }

  /** The peer's end: all that it sent before was taken. */
  readonly #onEnd = (): void => {
    this.#transportClosed()
  }

  readonly #onError = (error: Error): void => {
    this.#abortCause ??= error
  }

  readonly #onClose = (): void => {
    this.#transportClosed()
    this.#closing.stop()
    this.#onDrain()
    this.#closed.resolve(undefined)
  }

  #transportClosed(): void {
    if (this.#state === 'Sta1') return
    this.#dispatch({ event: 'Evt17' })
    this.#closeTransport()
  }

  /** Lets what was written leave, then closes; at the latest after ARTIM, since nobody waits for it any more. */
  #closeTransport(): void {
    const { stream } = this.connection
    this.#deaf = true
    if (stream.destroyed) return
    if (stream.writableFinished || stream.writableLength === 0) {
      stream.destroy()
      return
    }
    stream.end(() => stream.destroy())
    stream.resume()
    this.#closing.start()
  }

  #fail(cause: Error): void {
    this.#abortCause ??= cause
  }

  /** We sent an A-ABORT. */
  #aborted(abort: Pick<Abort, 'source' | 'reason'>): void {
    const cause = this.#abortCause
    const why = cause ? `: ${cause.message}` : ''
    this.#endAborted(`the association was aborted (${abortWords(abort)})${why}`, {
      code: 'DCM_ABORTED',
      origin: 'local',
      ...abort,
      cause,
    })
  }

  #abortedByPeer(abort: Abort): void {
    const { source, reason } = abort
    this.#endAborted(`the peer aborted the association (${abortWords(abort)})`, {
      code: 'DCM_ABORTED_BY_PEER',
      origin: 'peer',
      source,
      reason,
    })
  }

  /** The transport is gone, or given up, without a release: PS3.8 7.4, A-P-ABORT. */
  #lost(): void {
    const cause = this.#abortCause
    if (this.#receivedBytes === 0 && !cause && this.role === 'acceptor') {
      this.#endAborted('the connection was closed before anything was received', {
        code: 'DCM_NO_ASSOCIATION',
        origin: 'connection-lost',
      })
      return
    }
    const why = cause ? `: ${cause.message}` : ''
    this.#endAborted(`the transport connection was closed without a release${why}`, {
      code: 'DCM_CONNECTION_LOST',
      origin: cause instanceof TimeoutError ? 'local' : 'connection-lost',
      cause,
    })
  }

  #endAborted(message: string, options: ConstructorParameters<typeof AssociationAbortedError>[1]): void {
    if (this.#ended) return
    const error = new AssociationAbortedError(message, options)
    if (errors.hasSubscribers) errors.publish({ associationId: this.id, error })
    this.#end({ kind: 'aborted', error })
  }

  #end(end: AssociationEnd): void {
    if (this.#ended) return
    this.#ended = true
    this.#user.ended(end)
  }

  #publishPdu(direction: 'sent' | 'received', pdu: ControlPdu): void {
    pdus.publish({ associationId: this.id, direction, summary: summarizePdu(pdu) })
  }
}
