import type { NActionRsp, NCreateRsp, NDeleteRsp, NEventReportRsp, NGetRsp, NSetRsp } from '@dcm/dimse'
import type { Caller } from '../calls/caller.ts'
import type { Identifier } from '../identifiers/encode-for.ts'
import {
  type InstanceReference,
  invokeNormalized,
  type NormalizedOptions,
  type NormalizedResult,
} from './normalized.ts'

export interface NGetRequest extends InstanceReference {
  /** Tags, as `0xggggeeee`; all attributes when absent. */
  readonly attributes?: readonly number[]
}

export interface NSetRequest extends InstanceReference {
  readonly modifications: Identifier
}

export interface NActionRequest extends InstanceReference {
  readonly actionTypeId: number
  readonly information?: Identifier
}

export interface NCreateRequest {
  readonly sopClassUid: string
  readonly sopInstanceUid?: string
  readonly attributes?: Identifier
}

export interface NEventReportRequest extends InstanceReference {
  readonly eventTypeId: number
  readonly information?: Identifier
}

/** PS3.7 10.1.2 */
export function nGet(
  caller: Caller,
  { attributes, ...instance }: NGetRequest,
  options: NormalizedOptions,
): Promise<NormalizedResult<NGetRsp>> {
  const request = {
    type: 'N-GET-RQ',
    ...requested(instance),
    ...(attributes && { attributeIdentifierList: attributes }),
  } as const
  return invokeNormalized<NGetRsp>(caller, { ...instance, request, responseType: 'N-GET-RSP' }, options)
}

/** PS3.7 10.1.3 */
export function nSet(
  caller: Caller,
  { modifications, ...instance }: NSetRequest,
  options: NormalizedOptions,
): Promise<NormalizedResult<NSetRsp>> {
  const request = { type: 'N-SET-RQ', ...requested(instance) } as const
  return invokeNormalized<NSetRsp>(
    caller,
    { ...instance, request, dataSet: modifications, responseType: 'N-SET-RSP' },
    options,
  )
}

/** PS3.7 10.1.4 */
export function nAction(
  caller: Caller,
  { actionTypeId, information, ...instance }: NActionRequest,
  options: NormalizedOptions,
): Promise<NormalizedResult<NActionRsp>> {
  const request = { type: 'N-ACTION-RQ', ...requested(instance), actionTypeId } as const
  return invokeNormalized<NActionRsp>(
    caller,
    { ...instance, request, dataSet: information, responseType: 'N-ACTION-RSP' },
    options,
  )
}

/** PS3.7 10.1.5 */
export function nCreate(
  caller: Caller,
  { sopClassUid, sopInstanceUid, attributes }: NCreateRequest,
  options: NormalizedOptions,
): Promise<NormalizedResult<NCreateRsp>> {
  const request = {
    type: 'N-CREATE-RQ',
    affectedSopClassUid: sopClassUid,
    ...(sopInstanceUid !== undefined && { affectedSopInstanceUid: sopInstanceUid }),
  } as const
  return invokeNormalized<NCreateRsp>(
    caller,
    { sopClassUid, request, dataSet: attributes, responseType: 'N-CREATE-RSP' },
    options,
  )
}

/** PS3.7 10.1.6 */
export function nDelete(
  caller: Caller,
  instance: InstanceReference,
  options: NormalizedOptions,
): Promise<NormalizedResult<NDeleteRsp>> {
  const request = { type: 'N-DELETE-RQ', ...requested(instance) } as const
  return invokeNormalized<NDeleteRsp>(caller, { ...instance, request, responseType: 'N-DELETE-RSP' }, options)
}

/** PS3.7 10.1.1 */
export function nEventReport(
  caller: Caller,
  { eventTypeId, information, sopClassUid, sopInstanceUid }: NEventReportRequest,
  options: NormalizedOptions,
): Promise<NormalizedResult<NEventReportRsp>> {
  const request = {
    type: 'N-EVENT-REPORT-RQ',
    affectedSopClassUid: sopClassUid,
    affectedSopInstanceUid: sopInstanceUid,
    eventTypeId,
  } as const
  return invokeNormalized<NEventReportRsp>(
    caller,
    { sopClassUid, request, dataSet: information, responseType: 'N-EVENT-REPORT-RSP' },
    options,
  )
}

function requested({ sopClassUid, sopInstanceUid }: InstanceReference) {
  return { requestedSopClassUid: sopClassUid, requestedSopInstanceUid: sopInstanceUid }
}
