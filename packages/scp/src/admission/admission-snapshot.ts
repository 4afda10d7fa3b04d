import type { AdmissionLimits, AdmissionRates } from './admission-options.ts'
import type { AeTitlesInForce } from './ae-title-rule.ts'
import type { RefusalCounts } from './refusal.ts'

/** Who may come in, who is in, and who was not let in, at one moment. AE titles and addresses, nothing else of the peers. */
export interface AdmissionSnapshot {
  readonly limits: AdmissionLimits
  readonly rates: AdmissionRates
  /** Who may call. */
  readonly callingAeTitles: AeTitlesInForce
  /** What we may be called. */
  readonly calledAeTitles: AeTitlesInForce
  /** Open connections, whatever they do. */
  readonly connections: number
  /** By what counts as one remote address: `192.0.2.1`, `2001:db8:0:1::/64`. */
  readonly connectionsByAddress: Readonly<Record<string, number>>
  /** Those of them that have not sent a request yet. */
  readonly awaitingRequest: number
  /** Places taken: associations, and requests that are being decided on. */
  readonly associations: number
  readonly associationsByAddress: Readonly<Record<string, number>>
  readonly associationsByCallingAeTitle: Readonly<Record<string, number>>
  /** Requests that wait for a place. */
  readonly queuedRequests: number
  /** Since the start: closed unread, by a limit or a rate. */
  readonly connectionsRefused: number
  /** Since the start: requests that got a place; the identity, `admit` or the peer may still have ended them. */
  readonly requestsAdmitted: number
  /** Since the start, by what they were rejected for. */
  readonly requestsRejected: RefusalCounts
}
