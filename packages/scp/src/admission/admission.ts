import type { AssociationIndication, Rejection } from '@dcm/association'
import type { Clock, Connection } from '@dcm/transport'
import { addressKey } from './address-key.ts'
import {
  admissionLimits,
  type AdmissionOptions,
  type AdmissionRates,
  type ScpLimits,
} from './admission-options.ts'
import type { AdmissionSnapshot } from './admission-snapshot.ts'
import { type AeTitleJudge, aeTitleJudge, aeTitlesInForce } from './ae-title-rule.ts'
import { AssociationPlaces, type Place } from './association-places.ts'
import { ConnectionGate } from './connection-gate.ts'
import { KeyedBuckets } from './keyed-buckets.ts'
import { type Refusal, type RefusalReason, rejections } from './refusal.ts'

/** Decides who gets in: connections when they come, association requests by name, rate and room. */
export class Admission {
  /** What is in force and does not change. */
  readonly #rules: Pick<AdmissionSnapshot, 'limits' | 'rates' | 'callingAeTitles' | 'calledAeTitles'>
  readonly #gate: ConnectionGate
  readonly #places: AssociationPlaces
  readonly #mayCall: AeTitleJudge
  readonly #mayBeCalled: AeTitleJudge
  readonly #rate: KeyedBuckets
  readonly #ratePerAddress: KeyedBuckets
  readonly #ratePerCallingAeTitle: KeyedBuckets
  #admitted = 0
  readonly #rejected: Record<RefusalReason, number> = {
    aeTitle: 0,
    rate: 0,
    room: 0,
    peerIdentity: 0,
    userIdentity: 0,
    rule: 0,
    error: 0,
    decisionTimeout: 0,
    closing: 0,
  }

  /** @throws UsageError for an impossible AE title in a list. */
  constructor(options: AdmissionOptions, scp: ScpLimits, clock: Clock) {
    const limits = admissionLimits(options, scp)
    this.#rules = {
      limits,
      rates: ratesOf(options),
      callingAeTitles: aeTitlesInForce(options.callingAeTitles),
      calledAeTitles: aeTitlesInForce(options.calledAeTitles),
    }
    this.#gate = new ConnectionGate(limits, options.connectionRatePerAddress, clock)
    this.#places = new AssociationPlaces(limits, clock)
    this.#mayCall = aeTitleJudge(options.callingAeTitles)
    this.#mayBeCalled = aeTitleJudge(options.calledAeTitles)
    this.#rate = new KeyedBuckets(options.associationRate, clock)
    this.#ratePerAddress = new KeyedBuckets(options.associationRatePerAddress, clock)
    this.#ratePerCallingAeTitle = new KeyedBuckets(options.associationRatePerCallingAeTitle, clock)
  }

  /** Whether the connection may stay. */
  connected(connection: Connection): boolean {
    return this.#gate.enter(connection)
  }

  /** It has had its last answer, and only waits for the peer's close. */
  leaves(connection: Connection): void {
    this.#gate.leaves(connection)
  }

  /** Until no connection is left, which takes a second at most. */
  close(): Promise<void> {
    return this.#gate.close()
  }

  /** A place, to be released when the association is over or came to nothing; or how to reject the request. */
  async admit(indication: AssociationIndication): Promise<Place | Refusal> {
    const { callingAeTitle, connection, signal } = indication
    const address = addressKey(connection.remote, this.#rules.limits.ipv6PrefixBits)
    if (!this.#withinRates(address, callingAeTitle)) {
      return { reason: 'rate', rejection: rejections.temporaryCongestion }
    }
    const unknown = await this.#misnamed(indication)
    if (unknown) return { reason: 'aeTitle', rejection: unknown }
    // After a look-up that took too long nobody wants the place.
    signal.throwIfAborted()
    const outcome = await this.#places.take({ address, callingAeTitle, signal })
    if (!('release' in outcome)) return { reason: 'room', rejection: outcome }
    this.#admitted++
    return outcome
  }

  /** Counts a request that was rejected, here or by what is asked afterwards. */
  rejected(reason: RefusalReason): void {
    this.#rejected[reason]++
  }

  snapshot(awaitingRequest: number): AdmissionSnapshot {
    return {
      ...this.#rules,
      connections: this.#gate.open,
      connectionsByAddress: this.#gate.byAddress(),
      awaitingRequest,
      associations: this.#places.taken,
      associationsByAddress: this.#places.byAddress(),
      associationsByCallingAeTitle: this.#places.byCallingAeTitle(),
      queuedRequests: this.#places.queued,
      connectionsRefused: this.#gate.refused,
      requestsAdmitted: this.#admitted,
      requestsRejected: { ...this.#rejected },
    }
  }

  #withinRates(address: string, callingAeTitle: string): boolean {
    // The narrowest first: who is too fast by itself takes nothing from the others.
    return (
      this.#ratePerCallingAeTitle.take(callingAeTitle) &&
      this.#ratePerAddress.take(address) &&
      this.#rate.take('')
    )
  }

  async #misnamed(indication: AssociationIndication): Promise<Rejection | undefined> {
    const { calledAeTitle, callingAeTitle } = indication
    if (!(await this.#mayBeCalled(calledAeTitle, indication))) return rejections.calledAeTitleNotRecognized
    return (await this.#mayCall(callingAeTitle, indication))
      ? undefined
      : rejections.callingAeTitleNotRecognized
  }
}

function ratesOf(options: AdmissionOptions): AdmissionRates {
  const {
    connectionRatePerAddress,
    associationRate,
    associationRatePerAddress,
    associationRatePerCallingAeTitle,
  } = options
  return {
    ...(connectionRatePerAddress && { connectionRatePerAddress }),
    ...(associationRate && { associationRate }),
    ...(associationRatePerAddress && { associationRatePerAddress }),
    ...(associationRatePerCallingAeTitle && { associationRatePerCallingAeTitle }),
  }
}
