import { type AssociateAc, type AssociateRq, type Pdv, type PdvFragment, UsageError } from '@dcm/pdu'
import type { Clock, Connection } from '@dcm/transport'
import type { AssociationRole } from '../machine/index.ts'
import type { AcceptedPresentationContext, OperationsWindow } from '../negotiation/index.ts'
import { pdvHeaderBytes } from '../negotiation/maximum-pdv-length.ts'
import { Deadline } from './deadline.ts'
import { associationReleased } from './end-errors.ts'
import type { AssociationEnd, UpperLayer } from './upper-layer.ts'

/** Who takes what arrives on an association. */
export interface PDataReceiver {
  /**
   * A piece of a PDV, and the accepted presentation context that it came on. The view stays valid until it is recycled. Whatever this
   * throws aborts.
   */
  fragment(fragment: PdvFragment, context: AcceptedPresentationContext): void
  /** The peer asked for release: call `respondRelease()` when nothing more is to be sent. */
  releaseRequested(): void
  /** The last call. What it throws becomes a process warning. */
  ended(end: AssociationEnd): void
}

/** What the negotiation came to, seen from this side. */
export interface AssociationFacts {
  readonly request: AssociateRq
  readonly answer: AssociateAc
  /** Accepted presentation contexts by id. */
  readonly contexts: ReadonlyMap<number, AcceptedPresentationContext>
  /** What the peer announced in 51H, in bytes; 0 = unlimited. */
  readonly peerMaximumLength: number
  /** How many operations this side may invoke, and perform, at once (PS3.7 D.3.3.3); 0 = unlimited. */
  readonly asynchronousOperationsWindow: OperationsWindow
}

/** An established association, the same for both roles (PS3.8 7). */
export class Association {
  /** Unique in this process; for logs. */
  readonly id: number
  readonly role: AssociationRole
  readonly connection: Connection
  readonly facts: AssociationFacts
  /** The time its timers run by, for layers above that have their own. */
  readonly clock: Clock
  readonly #upperLayer: UpperLayer
  readonly #ended = Promise.withResolvers<AssociationEnd>()
  #receiver: PDataReceiver | undefined
  #end: AssociationEnd | undefined
  #releaseRequested = false
  #releasing: Promise<void> | undefined

  /** @internal */
  constructor(upperLayer: UpperLayer, facts: AssociationFacts) {
    this.#upperLayer = upperLayer
    this.id = upperLayer.id
    this.role = upperLayer.role
    this.connection = upperLayer.connection
    this.facts = facts
    this.clock = upperLayer.options.clock
    // Until somebody listens; nobody is to be blamed for the silence.
    upperLayer.pause()
  }

  /** Whether it is over: nothing can be sent, and nothing will come. */
  get over(): boolean {
    return this.#end !== undefined
  }

  /** Resolves, never rejects, when the association is over for its users. */
  get ended(): Promise<AssociationEnd> {
    return this.#ended.promise
  }

  /** Resolves when the transport is closed too. */
  get closed(): Promise<undefined> {
    return this.#upperLayer.closed
  }

  /**
   * Hands over what arrives from now on; until then nothing is read. Once: who received before would wait for ever.
   *
   * @throws UsageError `DCM_RECEIVED_TWICE`, `DCM_OPTION` for what is no receiver
   */
  receive(receiver: PDataReceiver): void {
    if (this.#receiver) {
      throw new UsageError('somebody receives on this association already', 'DCM_RECEIVED_TWICE')
    }
    requireReceiver(receiver)
    this.#receiver = receiver
    if (this.#end) this.#tell(this.#end)
    else this.#upperLayer.resume()
  }

  /** Back-pressure: nothing is read from the connection until `resume()`. */
  pause(): void {
    this.#upperLayer.pause()
  }

  resume(): void {
    this.#upperLayer.resume()
  }

  /**
   * Nobody refers to these runs of received data any more: their memory may be used for what comes later. Each byte once; who
   * keeps what arrives tells nothing.
   */
  recycle(runs: readonly Uint8Array[]): void {
    const { recycle } = this.connection
    if (recycle) for (const { buffer, length } of runs) recycle(buffer, length)
  }

  /**
   * Sends each PDV as one P-DATA-TF, all in one write. Payload is not copied, and must not change until it has left.
   * False: wait for `drained()` before sending more.
   *
   * @throws AssociationAbortedError when the association is over; UsageError `DCM_CONTEXT_NOT_ACCEPTED`, `DCM_PDV_TOO_LONG` for a PDV
   * that the peer's maximum length forbids, `DCM_PENDING_BYTES` for who did not wait: nothing was sent then.
   */
  send(pdvs: readonly Pdv[]): boolean {
    if (this.#end) throw this.#end.kind === 'aborted' ? this.#end.error : associationReleased('local')
    const { contexts, peerMaximumLength } = this.facts
    const maximumLength = peerMaximumLength === 0 ? Infinity : peerMaximumLength
    const pdus: Pdv[][] = []
    for (const pdv of pdvs) {
      // PS3.8 7.6.1, D.1: what was negotiated binds us.
      if (!contexts.has(pdv.presentationContextId)) throw contextNotAccepted(pdv.presentationContextId)
      let length = pdvHeaderBytes
      for (const run of pdv.data) length += run.length
      if (length > maximumLength) throw pduTooLong(length, maximumLength)
      pdus.push([pdv])
    }
    return this.#upperLayer.send(pdus)
  }

  /** Resolves when what was sent has left, or the connection is closed. */
  drained(): Promise<void> {
    return this.#upperLayer.drained()
  }

  /** While it is our turn — the peer waits for us — the idle timer rests. */
  set ourTurn(ours: boolean) {
    this.#upperLayer.ourTurn = ours
  }

  /** Whether the peer asked for release, and waits for `respondRelease()`. */
  get releaseRequested(): boolean {
    return this.#releaseRequested
  }

  /**
   * A-RELEASE. Rejects with AssociationAbortedError when the association ended in another way. What still comes goes to whoever
   * listens, and is dropped when nobody does.
   */
  release(): Promise<void> {
    this.#releasing ??= this.#release()
    // The peer's answer has to be read.
    if (!this.#receiver) this.#upperLayer.resume()
    return this.#releasing
  }

  async #release(): Promise<void> {
    const { releaseResponseTimeoutMs, clock } = this.#upperLayer.options
    const deadline = new Deadline('release-response', releaseResponseTimeoutMs, clock, (error) => {
      this.abort(error)
    })
    if (!this.#end) {
      if (this.#releaseRequested) this.respondRelease()
      else this.#upperLayer.release()
      deadline.start()
    }
    const end = await this.ended
    deadline.stop()
    if (end.kind === 'aborted') throw end.error
  }

  respondRelease(): void {
    if (!this.#releaseRequested || this.#end) return
    this.#releaseRequested = false
    this.#upperLayer.respondRelease()
  }

  /** A-ABORT, source service-user. Harmless when the association is over. */
  abort(cause?: Error): void {
    this.#upperLayer.abort(cause)
  }

  /** @internal */
  onData(fragment: PdvFragment): void {
    const context = this.facts.contexts.get(fragment.presentationContextId)
    if (!context) {
      this.#upperLayer.providerAbort(new PdvError(fragment.presentationContextId), 6)
      return
    }
    this.#receiver?.fragment(fragment, context)
  }

  /** @internal */
  onReleaseIndication(): void {
    this.#releaseRequested = true
    // A collision: both sides want to leave, so nobody has anything left to say (PS3.8 9.2, AR-8).
    if (this.#releasing) this.respondRelease()
    else this.#receiver?.releaseRequested()
  }

  /** @internal */
  onEnd(end: AssociationEnd): void {
    this.#end = end
    this.#ended.resolve(end)
    this.#tell(end)
  }

  /** Whatever the receiver does, the connection has yet to be closed. */
  #tell(end: AssociationEnd): void {
    try {
      this.#receiver?.ended(end)
    } catch (thrown) {
      process.emitWarning(thrown instanceof Error ? thrown : String(thrown))
    }
  }
}

function contextNotAccepted(presentationContextId: number): UsageError {
  return new UsageError(
    `presentation context ${String(presentationContextId)} was not accepted`,
    'DCM_CONTEXT_NOT_ACCEPTED',
  )
}

function pduTooLong(length: number, maximumLength: number): UsageError {
  return new UsageError(
    `a P-DATA-TF of ${String(length)} bytes exceeds the peer's maximum length of ${String(maximumLength)} bytes`,
    'DCM_PDV_TOO_LONG',
  )
}

/** PS3.8 7.6.1: a context that was not accepted cannot carry data. */
class PdvError extends Error {
  override readonly name = 'PdvError'
  readonly code = 'DCM_CONTEXT_NOT_ACCEPTED'

  constructor(presentationContextId: number) {
    super(`a PDV on presentation context ${String(presentationContextId)}, which was not accepted`)
  }
}

/** From JavaScript: what the driver calls would throw in the middle of the association. */
function requireReceiver(receiver: PDataReceiver): void {
  const { fragment, releaseRequested, ended } = Object(receiver) as Partial<PDataReceiver>
  if ([fragment, releaseRequested, ended].every((method) => typeof method === 'function')) return
  throw new UsageError('a receiver has fragment(), releaseRequested() and ended()', 'DCM_OPTION')
}
