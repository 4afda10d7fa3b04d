import { longestTimeoutMs, requireRange, requireWholeNumber } from '@dcm/association'
import { type OptionKinds, requireOptions } from '@dcm/transport'
import type { AeTitleRule } from './ae-title-rule.ts'
import type { Rate } from './token-bucket.ts'

/** Who may connect and associate, how many, and how fast. Times in milliseconds. */
export interface AdmissionOptions {
  /** Who may call; others are rejected (1, 1, 3: calling AE title not recognized). Default: anybody. */
  readonly callingAeTitles?: AeTitleRule
  /** What we may be called; other names are rejected (1, 1, 7). Default: anything, or our own with `checkCalledAeTitle`. */
  readonly calledAeTitles?: AeTitleRule
  /**
   * Connections at once, associated or not. For one more, the one gives way that had its last answer longest ago and is not closed by
   * its peer; without one, the new one is closed unread. Default: twice `maxAwaitingRequest`, `maxAssociations` and
   * `maxQueuedRequests` together, so 1 224: those three have bounds of their own, and as many may be on their way out.
   */
  readonly maxConnections?: number
  /**
   * How much of an IPv6 address counts as one remote address, in bits from 1 to 128. Default 64: who has one address of such a network
   * has all 2^64 (RFC 4291 2.5.1). IPv4, also as IPv4-mapped IPv6, and link-local addresses always count in full.
   */
  readonly ipv6PrefixBits?: number
  /** Connections at once from one remote address; more are as those above `maxConnections`. Default: no bound of its own, as whole sites come from behind one address. */
  readonly maxConnectionsPerAddress?: number
  /** New connections from one remote address; faster ones are closed unread. Default: any. */
  readonly connectionRatePerAddress?: Rate
  /** Associations at once from one remote address; more are as those above `maxAssociations`. Default: no bound of its own. */
  readonly maxAssociationsPerAddress?: number
  /** Associations at once of one calling AE title; more are as those above `maxAssociations`. Default: no bound of its own. */
  readonly maxAssociationsPerCallingAeTitle?: number
  /** Association requests of all together; faster ones are rejected (2, 3, 1: temporary congestion). Default: any. */
  readonly associationRate?: Rate
  /** Association requests from one remote address; faster ones are rejected (2, 3, 1). Default: any. */
  readonly associationRatePerAddress?: Rate
  /** Association requests of one calling AE title; faster ones are rejected (2, 3, 1). Default: any. */
  readonly associationRatePerCallingAeTitle?: Rate
  /**
   * Association requests that wait, in order, while there are as many associations as there may be; more are rejected (2, 3, 2: local
   * limit exceeded). Default 0: who cannot be served is told so at once.
   */
  readonly maxQueuedRequests?: number
  /**
   * How long one waits there, timer `admission-queue`; then it is rejected (2, 3, 1: temporary congestion). Default 10 000: a third
   * of the 30 s after which most requestors give up. `decisionTimeoutMs` runs at the same time.
   */
  readonly queueTimeoutMs?: number
}

/** All bounds, as they are in force; those that do not exist are Infinity. */
export interface AdmissionLimits {
  readonly maxConnections: number
  readonly maxConnectionsPerAddress: number
  readonly ipv6PrefixBits: number
  /** Of connections without a request. */
  readonly maxAwaitingRequest: number
  readonly maxAssociations: number
  readonly maxAssociationsPerAddress: number
  readonly maxAssociationsPerCallingAeTitle: number
  readonly maxQueuedRequests: number
  readonly queueTimeoutMs: number
}

/** Rates, as they are in force; those that do not exist are absent. */
export type AdmissionRates = Pick<
  AdmissionOptions,
  | 'connectionRatePerAddress'
  | 'associationRate'
  | 'associationRatePerAddress'
  | 'associationRatePerCallingAeTitle'
>

/** Limits that an SCP has besides. */
export interface ScpLimits {
  readonly maxAssociations: number
  readonly maxAwaitingRequest: number
}

const optionKinds = {
  callingAeTitles: 'array|function',
  calledAeTitles: 'array|function',
  maxConnections: 'number',
  ipv6PrefixBits: 'number',
  maxConnectionsPerAddress: 'number',
  connectionRatePerAddress: 'object',
  maxAssociationsPerAddress: 'number',
  maxAssociationsPerCallingAeTitle: 'number',
  associationRate: 'object',
  associationRatePerAddress: 'object',
  associationRatePerCallingAeTitle: 'object',
  maxQueuedRequests: 'number',
  queueTimeoutMs: 'number',
} as const satisfies OptionKinds<AdmissionOptions>

const rateKinds = { perSecond: 'number', burst: 'number' } as const satisfies OptionKinds<Rate>

/** @throws UsageError `DCM_LIMIT_RANGE` for a limit or rate that cannot be, `DCM_OPTION` for an option that there is not. */
export function admissionLimits(options: AdmissionOptions, scp: ScpLimits): AdmissionLimits {
  requireOptions('admission', options, optionKinds)
  const { maxAssociations, maxAwaitingRequest } = scp
  const { maxQueuedRequests = 0 } = options
  const limits = {
    maxConnectionsPerAddress: options.maxConnectionsPerAddress ?? Infinity,
    ipv6PrefixBits: options.ipv6PrefixBits ?? 64,
    maxAwaitingRequest,
    maxAssociations,
    maxAssociationsPerAddress: options.maxAssociationsPerAddress ?? Infinity,
    maxAssociationsPerCallingAeTitle: options.maxAssociationsPerCallingAeTitle ?? Infinity,
    maxQueuedRequests,
    queueTimeoutMs: options.queueTimeoutMs ?? 10_000,
    // Behind what its default is made of, which is to be named.
    maxConnections: options.maxConnections ?? 2 * (maxAwaitingRequest + maxAssociations + maxQueuedRequests),
  }
  for (const [name, value] of Object.entries(limits)) requireRange(name, value, 0)
  requireRange('queueTimeoutMs', limits.queueTimeoutMs, 0, longestTimeoutMs)
  requireWholeNumber('ipv6PrefixBits', limits.ipv6PrefixBits, 1, 128)
  for (const [name, option] of Object.entries(options) as [keyof AdmissionOptions, unknown][]) {
    if (option === undefined || optionKinds[name] !== 'object') continue
    requireRate(name, option)
    requireRange(`${name}.perSecond`, option.perSecond, 0)
    requireRange(`${name}.burst`, option.burst, 1)
  }
  return limits
}

function requireRate(name: string, option: unknown): asserts option is Rate {
  requireOptions(name, option, rateKinds, ['perSecond', 'burst'])
}
