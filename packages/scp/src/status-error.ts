import { UsageError } from '@dcm/association'
import { describeStatus, type DimseService, statusCategory, type StatusOf, type statuses } from '@dcm/dimse'

/** Fields of a failed response that say more than its status (PS3.7 Annex C). */
export interface StatusErrorOptions {
  /** For the peer's eyes: at most 64 characters, never patient data. */
  readonly errorComment?: string
  /** Tags, as `0xggggeeee`. */
  readonly offendingElement?: readonly number[]
  readonly errorId?: number
  /** Tags of attributes that are not known, in answer to N-GET, N-SET, N-ACTION and N-CREATE; ignored elsewhere. */
  readonly attributeIdentifierList?: readonly number[]
  /** For our own log. */
  readonly cause?: unknown
}

/**
 * Thrown by a handler to fail its operation with a status of its choice: `throw new StatusError(statuses.NotAuthorized)`.
 *
 * A code that the compiler knows has to be a failure, a warning or a cancellation of some service; which one throws it, it does not know. Any number
 * may come when the program runs: what another SCP answered is handed on as it is.
 *
 * @throws UsageError `DCM_STATUS_NOT_A_FAILURE` for success and pending.
 */
export class StatusError<Status extends number = number> extends Error {
  override readonly name = 'StatusError'
  readonly code = 'DCM_STATUS'
  readonly status: number
  /** What the response says besides. */
  readonly fields: Omit<StatusErrorOptions, 'cause'>

  constructor(status: number extends Status ? Status : ErrorStatus, options: StatusErrorOptions = {}) {
    const category = statusCategory(status)
    if (category === 'success' || category === 'pending') {
      throw new UsageError(`${describeStatus(status)} is no error`, 'DCM_STATUS_NOT_A_FAILURE')
    }
    const { cause, ...fields } = options
    super(describeStatus(status), cause === undefined ? undefined : { cause })
    this.status = status
    this.fields = fields
  }
}

/** Of whichever service: the compiler does not know where it is thrown. */
type ErrorStatus = Exclude<
  StatusOf<DimseService>,
  (typeof statuses)['Success' | 'Pending' | 'PendingWithWarning']
>
