/** What every response holds. */
interface ResponseFields {
  readonly messageIdBeingRespondedTo: number
  /** Whether a data set follows (Command Data Set Type (0000,0800) other than 0101H). */
  readonly hasDataSet: boolean
  /** PS3.7 Annex C; `statusCategory` and `describeStatus` read it. */
  readonly status: number
  /** Optional on every response: many peers leave it out. */
  readonly affectedSopClassUid?: string
  /** At most 64 characters. */
  readonly errorComment?: string
  readonly errorId?: number
  /** Tags in which the error was found, as `0xggggeeee`. */
  readonly offendingElement?: readonly number[]
}

interface InstanceResponse extends ResponseFields {
  /** Optional on every response: many peers leave it out. */
  readonly affectedSopInstanceUid?: string
}

/** A response about attributes. */
interface AttributesResponse extends InstanceResponse {
  /** Tags of attributes that are not known or not supported, as `0xggggeeee` (PS3.7 C.4.2, C.5.13; PS3.4 KK.2.2.3). */
  readonly attributeIdentifierList?: readonly number[]
}

/** PS3.7 9.1.3, 9.1.4: how far the C-STORE sub-operations are. */
interface SuboperationsResponse extends ResponseFields {
  readonly numberOfRemainingSuboperations?: number
  readonly numberOfCompletedSuboperations?: number
  readonly numberOfFailedSuboperations?: number
  readonly numberOfWarningSuboperations?: number
}

/** PS3.7 9.3.1.2 */
export interface CStoreRsp extends InstanceResponse {
  readonly type: 'C-STORE-RSP'
}

/** PS3.7 9.3.2.2 */
export interface CFindRsp extends ResponseFields {
  readonly type: 'C-FIND-RSP'
}

/** PS3.7 9.3.3.2 */
export interface CGetRsp extends SuboperationsResponse {
  readonly type: 'C-GET-RSP'
}

/** PS3.7 9.3.4.2 */
export interface CMoveRsp extends SuboperationsResponse {
  readonly type: 'C-MOVE-RSP'
}

/** PS3.7 9.3.5.2 */
export interface CEchoRsp extends ResponseFields {
  readonly type: 'C-ECHO-RSP'
}

/** PS3.7 10.3.1.2 */
export interface NEventReportRsp extends InstanceResponse {
  readonly type: 'N-EVENT-REPORT-RSP'
  readonly eventTypeId?: number
}

/** PS3.7 10.3.2.2 */
export interface NGetRsp extends AttributesResponse {
  readonly type: 'N-GET-RSP'
}

/** PS3.7 10.3.3.2 */
export interface NSetRsp extends AttributesResponse {
  readonly type: 'N-SET-RSP'
}

/** PS3.7 10.3.4.2 */
export interface NActionRsp extends AttributesResponse {
  readonly type: 'N-ACTION-RSP'
  readonly actionTypeId?: number
}

/** PS3.7 10.3.5.2 */
export interface NCreateRsp extends AttributesResponse {
  readonly type: 'N-CREATE-RSP'
}

/** PS3.7 10.3.6.2 */
export interface NDeleteRsp extends InstanceResponse {
  readonly type: 'N-DELETE-RSP'
}

/** Every response. */
export type Response =
  | CStoreRsp
  | CFindRsp
  | CGetRsp
  | CMoveRsp
  | CEchoRsp
  | NEventReportRsp
  | NGetRsp
  | NSetRsp
  | NActionRsp
  | NCreateRsp
  | NDeleteRsp
