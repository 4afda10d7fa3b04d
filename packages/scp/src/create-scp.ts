import {
  acceptorPolicy,
  AssociationAbortedError,
  type AssociationIndication,
  type NegotiationResult,
  parseAeTitle,
  receiveAssociation,
  requireTimeouts,
  TimeoutError,
  UsageError,
} from '@dcm/association'
import {
  type Clock,
  type Connection,
  formatAddress,
  type Listener,
  type NetworkAddress,
  systemClock,
} from '@dcm/transport'
import { Admission } from './admission/admission.ts'
import type { AdmissionSnapshot } from './admission/admission-snapshot.ts'
import type { Place } from './admission/association-places.ts'
import { type Refusal, rejections } from './admission/refusal.ts'
import { AssociationHandler } from './association-handler.ts'
import { AwaitingRequests } from './awaiting-requests.ts'
import { drain } from './drain.ts'
import { HandlerWatch } from './handler-watch.ts'
import { judgeRequestor } from './judge-requestor.ts'
import { silentLogger } from './logger.ts'
import type { ScpOptions } from './options.ts'
import { requireMethods, requireScpOptions } from './require-scp-options.ts'
import { type RefusedContext, ScpEvents } from './scp-events.ts'
import type { AbortedAssociation, Scp } from './scp.ts'
import { serviceLookup } from './service-lookup.ts'
import { unfailingLogger } from './unfailing-logger.ts'
import { unlessAborted } from './unless-aborted.ts'

const closing: Refusal = { reason: 'closing', rejection: rejections.localLimitExceeded }

/** Puts an SCP together. Nothing happens before `listen()`. @throws UsageError for an impossible AE title, limit or timer. */
export function createScp(options: ScpOptions): Scp {
  return new ServiceClassProvider(options)
}

class ServiceClassProvider implements Scp {
  readonly #options: ScpOptions
  readonly #clock: Clock
  readonly #logger
  readonly #events: ScpEvents
  readonly #admission: Admission
  readonly #listeners: Listener[] = []
  readonly #awaiting: AwaitingRequests
  /** Requests that wait for a place, or a decision. */
  readonly #undecided = new Set<AssociationIndication>()
  readonly #handlers = new Map<AssociationHandler, Promise<void>>()
  readonly #watch: HandlerWatch
  readonly #services
  readonly #negotiate
  #closing: Promise<{ readonly aborted: readonly AbortedAssociation[] }> | undefined

  constructor(options: ScpOptions) {
    requireScpOptions(options)
    requireTimeouts(options)
    requireTimeouts(options.association ?? {})
    this.#options = options
    this.#clock = options.clock ?? systemClock
    const aeTitle = parseAeTitle(options.aeTitle)
    this.#logger = options.logger ? unfailingLogger(options.logger) : silentLogger
    this.#events = new ScpEvents(this, this.#logger)
    const maxAwaitingRequest = options.maxAwaitingRequest ?? 512
    this.#admission = new Admission(
      { ...(options.checkCalledAeTitle && { calledAeTitles: [aeTitle] }), ...options.admission },
      { maxAssociations: options.maxAssociations ?? 100, maxAwaitingRequest },
      this.#clock,
    )
    this.#awaiting = new AwaitingRequests(maxAwaitingRequest)
    this.#watch = new HandlerWatch(this.#clock, options.handlerTimeoutMs ?? 300_000)
    this.#services = serviceLookup(options.services)
    this.#negotiate = acceptorPolicy({
      ...this.#services.policy,
      asynchronousOperationsWindow: {
        invoked: options.maxOperationsPerformed ?? 1,
        performed: options.maxOperationsInvoked ?? 1,
      },
    })
  }

  get associations(): readonly { readonly associationId: number; readonly callingAeTitle: string }[] {
    return [...this.#handlers.keys()].map(({ association, peer }) => ({
      associationId: association.id,
      callingAeTitle: peer.callingAeTitle,
    }))
  }

  get admission(): AdmissionSnapshot {
    return this.#admission.snapshot(this.#awaiting.size)
  }

  async listen(
    at: NetworkAddress,
    { transport = this.#options.transport, ...options }: Parameters<Scp['listen']>[1] = {},
  ): Promise<NetworkAddress> {
    this.#mustBeOpen()
    requireMethods('transport', transport, ['listen'])
    const listener = await transport.listen(at, options)
    if (this.#closing) await listener.close()
    this.#mustBeOpen()
    this.#listeners.push(listener)
    void this.#acceptFrom(listener)
    return listener.address
  }

  close({ drainMs = 30_000 }: { readonly drainMs?: number } = {}): Promise<{
    readonly aborted: readonly AbortedAssociation[]
  }> {
    if (!(drainMs >= 0)) {
      const message = `drainMs is ${String(drainMs)}; allowed is 0 or more`
      return Promise.reject(new UsageError(message, 'DCM_LIMIT_RANGE'))
    }
    this.#closing ??= this.#close(drainMs)
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #mustBeOpen(): void {
    if (this.#closing) throw new UsageError('the SCP is closed', 'DCM_SCP_CLOSED')
  }

  async #close(drainMs: number): Promise<{ readonly aborted: readonly AbortedAssociation[] }> {
    await Promise.all(this.#listeners.map((listener) => listener.close()))
    this.#awaiting.destroy()
    for (const indication of this.#undecided) this.#reject(indication, closing)
    const aborted = await drain(this.#handlers, drainMs, this.#clock)
    this.#watch.stop()
    await this.#admission.close()
    return { aborted }
  }

  /** Accepts always: what is not wanted is closed, or refused by its own answer, so that nobody waits behind it. */
  async #acceptFrom(listener: Listener): Promise<void> {
    for (;;) {
      let connection: Connection
      try {
        connection = await listener.accept()
      } catch (error) {
        if (!this.#closing) this.#logger.error({ err: error }, 'the listener ended')
        return
      }
      if (this.#admission.connected(connection)) {
        void this.#receive(connection)
      } else {
        this.#logger.debug({ remote: formatAddress(connection.remote) }, 'connection refused')
        connection.stream.destroy()
      }
    }
  }

  async #receive(connection: Connection): Promise<void> {
    this.#awaiting.add(connection)
    let indication: AssociationIndication
    try {
      indication = await receiveAssociation(connection, {
        ...(this.#options.clock && { clock: this.#options.clock }),
        ...this.#options.association,
      })
    } catch (error) {
      this.#admission.leaves(connection)
      this.#refusedByProtocol(connection, error)
      return
    } finally {
      this.#awaiting.delete(connection)
    }
    this.#undecided.add(indication)
    let accepted = false
    try {
      accepted = await this.#admit(indication)
    } catch (error) {
      const { signal } = indication
      if (!signal.aborted) {
        this.#reject(indication, { reason: 'error', rejection: rejections.noReasonGiven, error })
      } else if (signal.reason instanceof TimeoutError) {
        this.#refused(indication, { reason: 'decisionTimeout', rejection: rejections.temporaryCongestion })
      }
      // Else the requestor has left, or was rejected as the SCP closes, and there is nothing to decide.
    } finally {
      this.#undecided.delete(indication)
    }
    if (!accepted) this.#admission.leaves(connection)
  }

  /** A request has its place while it is decided on, and keeps it as an association, if it becomes one. */
  async #admit(indication: AssociationIndication): Promise<boolean> {
    const { signal } = indication
    const place = this.#closing ? closing : await unlessAborted(this.#admission.admit(indication), signal)
    if (!('release' in place)) return this.#reject(indication, place)
    let accepted = false
    try {
      // A look-up that hangs keeps its place no longer than the decision may take.
      accepted = await unlessAborted(this.#decide(indication, place), signal)
      return accepted
    } finally {
      if (!accepted) place.release()
    }
  }

  /** Whether it became an association. */
  async #decide(indication: AssociationIndication, place: Place): Promise<boolean> {
    const user = await judgeRequestor(indication, this.#options)
    if ('reason' in user) return this.#reject(indication, user)
    const answer = this.#negotiate(indication.request)
    const association = await indication.accept(
      answer,
      user.response && { userIdentityResponse: user.response },
    )
    const peer = {
      associationId: association.id,
      callingAeTitle: indication.callingAeTitle,
      calledAeTitle: indication.calledAeTitle,
      connection: indication.connection,
      ...(user.principal && { principal: user.principal }),
    }
    const handler = new AssociationHandler(association, peer, {
      handlerFor: this.#services.handlerFor,
      authorize: this.#options.authorize,
      watch: this.#watch,
      messageTimeoutMs: this.#options.messageTimeoutMs,
      responseTimeoutMs: this.#options.responseTimeoutMs,
      clock: this.#clock,
      events: this.#events,
    })
    const startedAt = this.#clock.now()
    this.#events.accepted({
      peer,
      acceptedContexts: association.facts.contexts.size,
      refusedContexts: refusedContexts(indication, answer),
    })
    const served = handler.serve().then(async () => {
      const durationMs = this.#clock.now() - startedAt
      this.#events.ended({ peer, end: await association.ended, ...handler.counts, durationMs })
      this.#handlers.delete(handler)
      // Its timer would keep the process for minutes after the last connection of a listener that has no more.
      if (this.#handlers.size === 0) this.#watch.stop()
      place.release()
    })
    this.#handlers.set(handler, served)
    void association.ended.then(() => {
      this.#admission.leaves(indication.connection)
    })
    return true
  }

  #reject(indication: AssociationIndication, refusal: Refusal): false {
    if (!indication.signal.aborted) this.#refused(indication, refusal)
    indication.reject(refusal.rejection)
    return false
  }

  #refused(indication: AssociationIndication, refusal: Refusal): void {
    const { id: associationId, callingAeTitle, calledAeTitle, connection } = indication
    this.#admission.rejected(refusal.reason)
    this.#events.rejected(
      { associationId, callingAeTitle, calledAeTitle, remote: connection.remote },
      refusal,
    )
  }

  #refusedByProtocol(connection: Connection, error: unknown): void {
    const fields = { err: error, remote: formatAddress(connection.remote) }
    // A probe: it says nothing, and leaves.
    if (error instanceof AssociationAbortedError && error.code === 'DCM_NO_ASSOCIATION') {
      this.#logger.debug({ remote: fields.remote }, 'connection closed without a request')
    } else {
      this.#logger.warn(fields, 'no association')
    }
  }
}

function refusedContexts(
  { request }: AssociationIndication,
  { explanations }: NegotiationResult,
): RefusedContext[] {
  return request.presentationContexts.flatMap(({ abstractSyntax }, index) => {
    const { result, reason = '' } = explanations[index] ?? {}
    return result === 0 ? [] : [{ abstractSyntax, reason }]
  })
}
