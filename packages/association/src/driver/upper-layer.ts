import {
  type AbortReason,
  type AssociateAc,
  type AssociateRj,
  type AssociateRq,
  type ControlPdu,
  encodePdu,
  encodePDataTfs,
  type Pdv,
  type PduEvent,
  type PdvFragment,
  UsageError,
} from '@dcm/pdu'
import type { Connection } from '@dcm/transport'
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
import { Deadline } from './deadline.ts'
import { publishError, publishPdu, publishSentData, publishTransition } from './diagnostics.ts'
import { abortedByPeer, abortedByUs, connectionLost } from './end-errors.ts'
import type { AssociationAbortedError } from './errors.ts'
import { ForeignProtocolError } from './foreign-protocol.ts'
import { Incoming } from './incoming.ts'
import type { ResolvedAssociationOptions } from './options.ts'
import { Outgoing } from './outgoing.ts'
import { receivedEvent } from './received-event.ts'
import { UnexpectedPduError } from './unexpected-pdu-error.ts'

/** How an association, or the attempt at one, ended. */
export type AssociationEnd =
  | { readonly kind: 'released' }
  | { readonly kind: 'rejected'; readonly rejection: Pick<AssociateRj, 'result' | 'source' | 'reason'> }
  | { readonly kind: 'aborted'; readonly error: AssociationAbortedError }

/** How an attempt ended that led to no association. */
export type AttemptEnd = Exclude<AssociationEnd, { readonly kind: 'released' }>

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
  readonly #incoming: Incoming
  readonly #outgoing: Outgoing
  readonly #artim: Deadline
  readonly #closed = Promise.withResolvers<undefined>()
  #state: State = 'Sta1'
  #releaseResponseOwed = false
  #ended = false
  /** Why we abort, for the error that the user gets. */
  #abortCause: Error | undefined
  #transportError: Error | undefined

  readonly #received = (event: PduEvent): void => {
    if (event.type === 'PDV') {
      // Only these two states have data for the user (PS3.8 Table 9-10, Evt10: DT-2, AR-6).
      if (this.#state === 'Sta6' || this.#state === 'Sta7') this.#user.data(event)
      else this.connection.recycle?.(event.data.buffer, event.data.length)
      return
    }
    publishPdu(this.id, 'received', event)
    if (event.type === 'P-DATA-TF') this.#dispatch({ event: 'Evt10' })
    else this.#dispatch(receivedEvent(event, this.#state), event)
  }

  readonly #transportClosed = (): void => {
    this.#incoming.takeRest()
    if (this.#state === 'Sta1') return
    const abort = this.#incoming.untakenAbort()
    if (abort) this.#received(abort)
    else this.#dispatch({ event: 'Evt17' })
    this.#closeTransport()
  }

  readonly #transportFailed = (error: Error): void => {
    this.#transportError ??= error
  }

  /**
   * Takes its listeners off: Node keeps a closed socket until the next full collection of garbage, and all that it reaches would be
   * moved about in memory until then.
   */
  readonly #closedTransport = (): void => {
    this.#transportClosed()
    this.connection.stream
      .off('end', this.#transportClosed)
      .off('error', this.#transportFailed)
      .off('close', this.#closedTransport)
    this.#incoming.detach()
    this.#outgoing.detach()
    this.#closed.resolve(undefined)
  }

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
    this.#artim = new Deadline('artim', options.artimTimeoutMs, options.clock, (error) => {
      this.#abortCause ??= error
      this.#dispatch({ event: 'Evt18' })
    })
    const { stream } = connection
    this.#incoming = new Incoming(connection, options, {
      pduEvent: this.#received,
      broken: (error, decodeError) => {
        if (decodeError) this.providerAbort(error, decodeError.abortReason)
        else this.abort(error)
        // Who speaks another protocol knows no A-ABORT, and would not close for it.
        if (error instanceof ForeignProtocolError) this.#outgoing.close()
      },
      stopped: (error) => {
        this.abort(error)
      },
    })
    this.#outgoing = new Outgoing(stream, options, (error) => {
      this.abort(error)
      // The A-ABORT lies behind what the peer does not read: there is nothing to wait for.
      stream.destroy()
    })
    // The peer's end: all that it sent before was taken.
    stream.on('end', this.#transportClosed)
    stream.on('error', this.#transportFailed)
    stream.on('close', this.#closedTransport)
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
    if (stream.destroyed) this.#closedTransport()
    else stream.resume()
  }

  accept(answer: AssociateAc): void {
    this.#dispatch({ event: 'Evt7' }, answer, encodePdu(answer))
    this.#incoming.watch()
  }

  reject(rejection: AssociateRj): void {
    this.#dispatch({ event: 'Evt8' }, rejection, encodePdu(rejection))
  }

  /** Evt9, of P-DATA-TFs given as their PDVs. False when the peer should be given time: wait for `drained()`. */
  send(pdus: readonly (readonly Pdv[])[]): boolean {
    this.#outgoing.requireRoom()
    this.#dispatch({ event: 'Evt9' })
    const runs = encodePDataTfs(pdus)
    publishSentData(this.id, pdus)
    return this.#outgoing.write(runs)
  }

  /** When what was written has left, or the connection is closed. */
  drained(): Promise<void> {
    return this.#outgoing.drained()
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
    this.#abortCause ??= cause
    // PS3.8 has no user before Sta3; a timer or a caller that gives up there only closes.
    if (this.#state === 'Sta2') this.#closeTransport()
    else this.#dispatch({ event: 'Evt15' })
  }

  /** The peer broke a rule of the layers above that is the provider's to enforce (PS3.8 9.3.8). */
  providerAbort(cause: Error, reason: AbortReason): void {
    this.#abortCause ??= cause
    this.#dispatch({ event: 'Evt19', reason })
  }

  /** Reads nothing, until `resume()`. */
  pause(): void {
    this.#incoming.pause()
  }

  resume(): void {
    this.#incoming.resume()
  }

  /** Whose turn it is: while it is ours, the idle timer rests. */
  set ourTurn(ourTurn: boolean) {
    this.#incoming.ourTurn = ourTurn
  }

  /** A PDU that its user made is encoded by the caller, before: one that cannot be sent changes nothing. */
  #dispatch(event: MachineEvent, pdu?: ControlPdu, encoded?: Uint8Array): void {
    const state: State = this.#state
    const name = event.event
    const transition = step(state, event, this.role)
    if (!transition) {
      throw new UsageError(`${events[name]} is not possible in ${state}: ${states[state]}`, 'DCM_WRONG_STATE')
    }
    this.#state = transition.next
    publishTransition(this.id, state, name, transition)
    const { action } = transition
    // The abort of a user (Evt15) has the cause that was given, or none.
    if ((action === 'AA-1' || action === 'AA-8') && name !== 'Evt15') {
      this.#abortCause ??= new UnexpectedPduError(name, state)
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
        if (this.#ended && this.#outgoing.full) break
        this.#writePdu({ type: 'A-ABORT', source: effect.source, reason: effect.reason })
        this.#endAborted(abortedByUs(effect, this.#abortCause))
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
          this.#incoming.watch()
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
        // Where none came, the state says what it means: our own A-ABORT was it, or the transport is lost.
        if (pdu?.type === 'A-ABORT') this.#endAborted(abortedByPeer(pdu))
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
        this.#incoming.unwatch()
        break
      case 'Sta1':
        // What a paused user has not taken of the last chunk has no event in this state.
        this.#incoming.ignore()
        this.#incoming.unwatch()
        // Who was told of the end may have read on, to the peer's A-ABORT, before it was started.
        this.#artim.stop()
        if (!this.#ended) this.#lost()
        break
    }
  }

  #writePdu(pdu: ControlPdu, encoded = encodePdu(pdu)): void {
    publishPdu(this.id, 'sent', pdu)
    this.#outgoing.write([encoded])
  }

  #closeTransport(): void {
    this.#incoming.ignore()
    this.#outgoing.close()
  }

  /** The transport is gone, or given up, without a release. */
  #lost(): void {
    const { role, connection } = this
    const [cause, transportError] = [this.#abortCause, this.#transportError]
    this.#endAborted(
      connectionLost({ role, connection, silent: this.#incoming.silent, cause, transportError }),
    )
  }

  #endAborted(error: AssociationAbortedError): void {
    if (this.#ended) return
    publishError(this.id, error)
    this.#end({ kind: 'aborted', error })
  }

  #end(end: AssociationEnd): void {
    if (this.#ended) return
    this.#ended = true
    this.#user.ended(end)
  }
}
