import { isUid } from '@dcm/pdu'
import type { ServiceOf } from '../sop-class/dimse-services.ts'
import type { StatusOf } from '../status/status-of.ts'
import { toErrorComment } from './error-comment.ts'
import type { Request } from './requests.ts'
import type { Response } from './responses.ts'

/** The response that answers a request: a `C-STORE-RSP` for a `C-STORE-RQ`. */
export type ResponseTo<Rq extends Request> = Extract<Response, { type: ResponseType<Rq['type']> }>

type ResponseType<Type extends Request['type']> = Type extends `${infer Service}-RQ`
  ? `${Service}-RSP`
  : never

/** What the performer adds to what the request already says. */
export type Outcome<Rq extends Request> = {
  /** One that the service has, by value; others of its ranges, and those of private SOP classes, by `statusOf`. */
  readonly status: StatusOf<ServiceOf<Rq['type']>>
  /** Default false. */
  readonly hasDataSet?: boolean
} & Partial<Omit<ResponseTo<Rq>, 'type' | 'messageIdBeingRespondedTo' | 'status' | 'hasDataSet'>>

/**
 * The response to a request: its message ID, SOP class and instance, event and action type echoed as PS3.7 9.3 and 10.3 say,
 * UIDs only while they are UIDs. Fields of `outcome` win. An error comment is cut to what the field can hold.
 */
export function responseTo<Rq extends Request>(request: Rq, outcome: Outcome<Rq>): ResponseTo<Rq> {
  const { errorComment } = outcome
  const response = {
    type: request.type.replace(/RQ$/, 'RSP') as Response['type'],
    messageIdBeingRespondedTo: request.messageId,
    hasDataSet: false,
    ...echoed(request),
    ...(outcome as { readonly status: number }),
    ...(errorComment !== undefined && { errorComment: toErrorComment(errorComment) }),
  }
  return response as ResponseTo<Rq>
}

interface Echo {
  readonly affectedSopClassUid?: string
  readonly affectedSopInstanceUid?: string
  readonly eventTypeId?: number
  readonly actionTypeId?: number
}

function echoed(request: Request): Echo {
  switch (request.type) {
    case 'C-FIND-RQ':
    case 'C-GET-RQ':
    case 'C-MOVE-RQ':
    case 'C-ECHO-RQ':
      return uids(request.affectedSopClassUid)
    case 'C-STORE-RQ':
    case 'N-CREATE-RQ':
      return uids(request.affectedSopClassUid, request.affectedSopInstanceUid)
    case 'N-EVENT-REPORT-RQ':
      return {
        ...uids(request.affectedSopClassUid, request.affectedSopInstanceUid),
        eventTypeId: request.eventTypeId,
      }
    case 'N-ACTION-RQ':
      return {
        ...uids(request.requestedSopClassUid, request.requestedSopInstanceUid),
        actionTypeId: request.actionTypeId,
      }
    case 'N-GET-RQ':
    case 'N-SET-RQ':
    case 'N-DELETE-RQ':
      // What was requested is what is affected.
      return uids(request.requestedSopClassUid, request.requestedSopInstanceUid)
  }
}

function uids(affectedSopClassUid: string, affectedSopInstanceUid = ''): Echo {
  return {
    ...(isUid(affectedSopClassUid) && { affectedSopClassUid }),
    ...(isUid(affectedSopInstanceUid) && { affectedSopInstanceUid }),
  }
}
