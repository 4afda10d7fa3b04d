import {
  acceptorPolicy,
  AssociationAbortedError,
  type AssociationEnd,
  type AssociationIndication,
  parseAeTitle,
  printable,
  receiveAssociation,
  type Rejection,
  UsageError,
  type UserIdentityOutcome,
  verifyUserIdentity,
} from '@dcm/association'
import {
  type Connection,
  formatAddress,
  type Listener,
  type ListenOptions,
  type NetworkAddress,
  systemClock,
  type Transport,
} from '@dcm/transport'
import { Admission, tooFast } from './admission/admission.ts'
import type { AdmissionSnapshot } from './admission/admission-snapshot.ts'
import { localLimitExceeded, type Place } from './admission/association-places.ts'
import { AssociationHandler } from './association-handler.ts'
import { AwaitingRequests } from './awaiting-requests.ts'
import { type AbortedAssociation, drain } from './drain.ts'
import { silentLogger } from './logger.ts'
import type { ScpOptions } from './options.ts'
import { serviceLookup } from './service-lookup.ts'

/** A Service Class Provider: listens, admits, serves, drains. */
export interface Scp extends AsyncDisposable {
  /**
   * May be called for several addresses. Resolves with where it really listens. `transport` is for this address only, instead of the
   * SCP's own: so a plain port and a secured one are served under the same limits.
   */
  listen(
    at: NetworkAddress,
    options?: ListenOptions & { readonly transport?: Transport },
  ): Promise<NetworkAddress>
  /** Associations that are served now. */
  readonly associations: readonly { readonly associationId: number; readonly callingAeTitle: string }[]
  /** Who is in now, who waits, and who was not let in. */
  readonly admission: AdmissionSnapshot
  /**
   * Stops accepting, lets operations finish, then aborts what is left and reports it. An association without an operation
   * is given a second to release. `drainMs` bounds the whole; default 30 000; 0 aborts at once.
   */
  close(options?: { readonly drainMs?: number }): Promise<{ readonly aborted: readonly AbortedAssociation[] }>
}

const callingAeTitleNotRecognized: Rejection = { result: 1, source: 1, reason: 3 }
const noReasonGiven: Rejection = { result: 2, source: 1, reason: 1 }

/** Puts an SCP together. Nothing happens before `listen()`. @throws UsageError for an impossible AE title. */
export function createScp(options: ScpOptions): Scp {
  return new ServiceClassProvider(options)
}

class ServiceClassProvider implements Scp {
  readonly #options: ScpOptions
  readonly #logger
  readonly #admission: Admission
  readonly #listeners: Listener[] = []
  readonly #awaiting: AwaitingRequests
  readonly #handlers = new Map<AssociationHandler, Promise<void>>()
  readonly #services
  readonly #negotiate
  #closing: Promise<{ readonly aborted: readonly AbortedAssociation[] }> | undefined

  constructor(options: ScpOptions) {
    this.#options = options
    const aeTitle = parseAeTitle(options.aeTitle)
    this.#logger = options.logger ?? silentLogger
    const maxAwaitingRequest = options.maxAwaitingRequest ?? 512
    this.#admission = new Admission(
      { ...(options.checkCalledAeTitle && { calledAeTitles: [aeTitle] }), ...options.admission },
      { maxAssociations: options.maxAssociations ?? 100, maxAwaitingRequest },
      options.clock ?? systemClock,
    )
    this.#awaiting = new AwaitingRequests(maxAwaitingRequest)
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
    if (this.#closing) throw new UsageError('the SCP is closed', 'DCM_SCP_CLOSED')
    const listener = await transport.listen(at, options)
    this.#listeners.push(listener)
    void this.#acceptFrom(listener)
    return listener.address
  }

  close({ drainMs = 30_000 }: { readonly drainMs?: number } = {}): Promise<{
    readonly aborted: readonly AbortedAssociation[]
  }> {
    this.#closing ??= this.#close(drainMs)
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(drainMs: number): Promise<{ readonly aborted: readonly AbortedAssociation[] }> {
    await Promise.all(this.#listeners.map((listener) => listener.close()))
    this.#awaiting.destroy()
    this.#admission.close()
    return { aborted: await drain(this.#handlers, drainMs, this.#options.clock ?? systemClock) }
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
      this.#refusedByProtocol(connection, error)
      return
    } finally {
      this.#awaiting.delete(connection)
    }
    try {
      await this.#admit(indication)
    } catch (error) {
      if (!indication.signal.aborted)
        this.#logger.error({ err: error }, 'an association could not be decided on')
      indication.reject(noReasonGiven)
    }
  }

  /** A request has its place while it is decided on, and keeps it as an association. */
  async #admit(indication: AssociationIndication): Promise<void> {
    const place = this.#closing ? localLimitExceeded : await this.#admission.admit(indication)
    if (!('release' in place)) {
      this.#reject(indication, place)
      return
    }
    let accepted = false
    try {
      accepted = await this.#decide(indication, place)
    } finally {
      if (!accepted) place.release()
    }
  }

  /** Whether it became an association. */
  async #decide(indication: AssociationIndication, place: Place): Promise<boolean> {
    const early = this.#closing ? localLimitExceeded : await this.#refuseStranger(indication)
    if (early) return this.#reject(indication, early)
    const user = await this.#identify(indication)
    if (!user.admitted) {
      return this.#reject(indication, user.rejection, { userIdentity: user.failure })
    }
    const late = await this.#options.admit?.(indication)
    if (late) return this.#reject(indication, late)
    const association = await indication.accept(
      this.#negotiate(indication.request),
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
      logger: this.#logger,
    })
    this.#logger.info(
      { ...describe(indication), acceptedContexts: association.facts.contexts.size },
      'association accepted',
    )
    const served = handler.serve().then(async () => {
      this.#logger.info(
        { associationId: association.id, ...handler.counts, ...endOf(await association.ended) },
        'association ended',
      )
      this.#handlers.delete(handler)
      place.release()
    })
    this.#handlers.set(handler, served)
    return true
  }

  #reject(indication: AssociationIndication, rejection: Rejection, why: object = {}): false {
    const level = rejection === tooFast ? 'debug' : 'warn'
    this.#logger[level]({ ...describe(indication), ...rejection, ...why }, 'association rejected')
    indication.reject(rejection)
    return false
  }

  /** Whether the connection's security layers authenticated somebody who may call itself so. */
  async #refuseStranger(indication: AssociationIndication): Promise<Rejection | undefined> {
    const { requireIdentity } = this.#options
    if (!requireIdentity) return undefined
    const { connection, callingAeTitle } = indication
    return (await requireIdentity(connection.security, callingAeTitle))
      ? undefined
      : callingAeTitleNotRecognized
  }

  async #identify(indication: AssociationIndication): Promise<UserIdentityOutcome> {
    const { identity } = this.#options
    return identity ? verifyUserIdentity(indication, identity) : { admitted: true }
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

function describe(indication: AssociationIndication): object {
  return {
    associationId: indication.id,
    remote: formatAddress(indication.connection.remote),
    callingAeTitle: printable(indication.callingAeTitle),
    calledAeTitle: printable(indication.calledAeTitle),
  }
}

function endOf(end: AssociationEnd): object {
  return end.kind === 'aborted'
    ? { end: end.kind, code: end.error.code, reason: end.error.message }
    : { end: end.kind }
}
