import type { AssociateRj } from '@dcm/pdu'

/** Who ended an association before its release. */
export type AbortOrigin =
  /** The peer's A-ABORT. */
  | 'peer'
  /** Ours: the user's abort, a protocol error of the peer, a timer. */
  | 'local'
  /** The transport connection ended without an A-RELEASE or A-ABORT: an A-P-ABORT (PS3.8 7.4). */
  | 'connection-lost'

/** The association ended by A-ABORT or A-P-ABORT. What was under way has no result. */
export class AssociationAbortedError extends Error {
  override readonly name = 'AssociationAbortedError'
  readonly code: 'DCM_ABORTED_BY_PEER' | 'DCM_ABORTED' | 'DCM_CONNECTION_LOST' | 'DCM_NO_ASSOCIATION'
  readonly origin: AbortOrigin
  /** PS3.8 9.3.8: 0 service-user, 2 service-provider; absent when the connection was lost. */
  readonly source: number | undefined
  /** PS3.8 Table 9-26; significant with source 2. */
  readonly reason: number | undefined

  constructor(
    message: string,
    options: {
      readonly code: AssociationAbortedError['code']
      readonly origin: AbortOrigin
      readonly source?: number | undefined
      readonly reason?: number | undefined
      readonly cause?: unknown
    },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = options.code
    this.origin = options.origin
    this.source = options.source
    this.reason = options.reason
  }
}

/** The association was refused by A-ASSOCIATE-RJ: the peer's, or ours on the provider's behalf. */
export class AssociationRejectedError extends Error {
  override readonly name = 'AssociationRejectedError'
  readonly code = 'DCM_REJECTED'
  /** PS3.8 Table 9-21: 1 rejected-permanent, 2 rejected-transient. */
  readonly result: number
  /** 1 service-user, 2 service-provider (ACSE), 3 service-provider (presentation). */
  readonly source: number
  readonly reason: number

  constructor(message: string, rejection: Pick<AssociateRj, 'result' | 'source' | 'reason'>) {
    super(message)
    this.result = rejection.result
    this.source = rejection.source
    this.reason = rejection.reason
  }
}
