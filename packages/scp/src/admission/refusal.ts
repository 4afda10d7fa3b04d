import type { Rejection } from '@dcm/association'

/**
 * What an association request is rejected for: a name that is not taken, a rate, want of room, who the security layers authenticated
 * (`requireIdentity`), the user (`identity`), `admit`, a rule that broke, a decision that took too long, or that the SCP closes.
 */
export type RefusalReason =
  | 'aeTitle'
  | 'rate'
  | 'room'
  | 'peerIdentity'
  | 'userIdentity'
  | 'rule'
  | 'error'
  | 'decisionTimeout'
  | 'closing'

/** How an association request is rejected, and why. */
export interface Refusal {
  readonly reason: RefusalReason
  readonly rejection: Rejection
  /** What broke. */
  readonly error?: unknown
  /** What was wrong with the user identity. */
  readonly userIdentity?: string
}

/** How often each has happened. */
export type RefusalCounts = Readonly<Record<RefusalReason, number>>

/** PS3.8 Table 9-21. */
export const rejections = {
  noReasonGiven: { result: 2, source: 1, reason: 1 },
  callingAeTitleNotRecognized: { result: 1, source: 1, reason: 3 },
  calledAeTitleNotRecognized: { result: 1, source: 1, reason: 7 },
  temporaryCongestion: { result: 2, source: 3, reason: 1 },
  localLimitExceeded: { result: 2, source: 3, reason: 2 },
} as const satisfies Record<string, Rejection>
