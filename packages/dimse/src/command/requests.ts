/** PS3.7 Table E.1-1, Priority (0000,0700). */
export type Priority = 'medium' | 'high' | 'low'

/** What every request holds. */
interface RequestFields {
  /** 0 to 65535. */
  readonly messageId: number
  /** Whether a data set follows (Command Data Set Type (0000,0800) other than 0101H). */
  readonly hasDataSet: boolean
}

/** A request whose instance need not exist yet, or that is about a class only. */
interface AffectedClassRequest extends RequestFields {
  /** As the peer sent it: it need not be a UID. */
  readonly affectedSopClassUid: string
}

/** A request to an instance that exists. */
interface RequestedInstanceRequest extends RequestFields {
  /** As the peer sent it: it need not be a UID. */
  readonly requestedSopClassUid: string
  /** As the peer sent it: it need not be a UID. */
  readonly requestedSopInstanceUid: string
}

/** PS3.7 9.3.1.1 */
export interface CStoreRq extends AffectedClassRequest {
  readonly type: 'C-STORE-RQ'
  readonly priority: Priority
  /** As the peer sent it: it need not be a UID. */
  readonly affectedSopInstanceUid: string
  /** Of whom the C-MOVE came that this C-STORE serves. */
  readonly moveOriginatorApplicationEntityTitle?: string
  readonly moveOriginatorMessageId?: number
}

/** PS3.7 9.3.2.1 */
export interface CFindRq extends AffectedClassRequest {
  readonly type: 'C-FIND-RQ'
  readonly priority: Priority
}

/** PS3.7 9.3.3.1 */
export interface CGetRq extends AffectedClassRequest {
  readonly type: 'C-GET-RQ'
  readonly priority: Priority
}

/** PS3.7 9.3.4.1 */
export interface CMoveRq extends AffectedClassRequest {
  readonly type: 'C-MOVE-RQ'
  readonly priority: Priority
  /** The AE title to store at; as the peer sent it, and so possibly empty. */
  readonly moveDestination: string
}

/** PS3.7 9.3.5.1 */
export interface CEchoRq extends AffectedClassRequest {
  readonly type: 'C-ECHO-RQ'
}

/** PS3.7 10.3.1.1 */
export interface NEventReportRq extends AffectedClassRequest {
  readonly type: 'N-EVENT-REPORT-RQ'
  /** As the peer sent it: it need not be a UID. */
  readonly affectedSopInstanceUid: string
  readonly eventTypeId: number
}

/** PS3.7 10.3.2.1 */
export interface NGetRq extends RequestedInstanceRequest {
  readonly type: 'N-GET-RQ'
  /** Tags, as `0xggggeeee`; all attributes when absent. */
  readonly attributeIdentifierList?: readonly number[]
}

/** PS3.7 10.3.3.1 */
export interface NSetRq extends RequestedInstanceRequest {
  readonly type: 'N-SET-RQ'
}

/** PS3.7 10.3.4.1 */
export interface NActionRq extends RequestedInstanceRequest {
  readonly type: 'N-ACTION-RQ'
  readonly actionTypeId: number
}

/** PS3.7 10.3.5.1 */
export interface NCreateRq extends AffectedClassRequest {
  readonly type: 'N-CREATE-RQ'
  /** When absent, the performer chooses one and says so in its response. */
  readonly affectedSopInstanceUid?: string
}

/** PS3.7 10.3.6.1 */
export interface NDeleteRq extends RequestedInstanceRequest {
  readonly type: 'N-DELETE-RQ'
}

/** Every request that is answered. */
export type Request =
  | CStoreRq
  | CFindRq
  | CGetRq
  | CMoveRq
  | CEchoRq
  | NEventReportRq
  | NGetRq
  | NSetRq
  | NActionRq
  | NCreateRq
  | NDeleteRq

/** PS3.7 9.3.2.3, 9.3.3.3, 9.3.4.3: asks for an end of C-FIND, C-GET or C-MOVE; no response of its own. */
export interface CCancelRq {
  readonly type: 'C-CANCEL-RQ'
  readonly messageIdBeingRespondedTo: number
  readonly hasDataSet: boolean
}
