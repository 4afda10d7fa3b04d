import { requireRange } from '@dcm/association'
import type { NActionRsp, NCreateRsp, NDeleteRsp, NEventReportRsp, NGetRsp, NSetRsp } from '@dcm/dimse'
import type { CallOptions } from '../calls/call-options.ts'
import type { Caller, CallRequest } from '../calls/caller.ts'
import { contextsFor } from '../contexts/choose-context.ts'
import { encodeFor, type Identifier } from '../identifiers/encode-for.ts'
import { readDataSet } from '../identifiers/read-data-set.ts'
import { ReceivedDataSet } from '../identifiers/received-data-set.ts'
import { requireCallOptions } from '../require-options.ts'

/** The responses of the DIMSE-N services (PS3.7 10.1). */
export type NormalizedResponse = NEventReportRsp | NGetRsp | NSetRsp | NActionRsp | NCreateRsp | NDeleteRsp

/** A response, and what came with it: an Attribute List, an Action Reply, an Event Reply. */
export type NormalizedResult<Rsp extends NormalizedResponse> = Rsp & {
  readonly dataSet: ReceivedDataSet | undefined
}

export interface NormalizedOptions extends CallOptions {
  /** The Meta SOP Class whose context carries the SOP class, as in Print Management (PS3.4 H.3). Default: the SOP class itself. */
  readonly abstractSyntax?: string
  /** The longest data set taken with the response, in bytes. Default 8 388 608. */
  readonly maximumDataSetBytes?: number
}

/** An instance, and what is to be done with it. */
export interface InstanceReference {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
}

interface NormalizedCall<Rsp extends NormalizedResponse> {
  readonly sopClassUid: string
  readonly request: CallRequest<Rsp>['request']
  readonly dataSet?: Identifier | undefined
  readonly responseType: Rsp['type']
}

/** Any of the six: one request, one response. */
export async function invokeNormalized<Rsp extends NormalizedResponse>(
  caller: Caller,
  { sopClassUid, request, dataSet, responseType }: NormalizedCall<Rsp>,
  options: NormalizedOptions,
): Promise<NormalizedResult<Rsp>> {
  requireCallOptions(options)
  const { maximumDataSetBytes = 8_388_608 } = options
  requireRange('maximumDataSetBytes', maximumDataSetBytes, 0)
  const { association } = caller.channel
  // PS3.7 10.1.1: an event is reported by the SCP, which proposes itself as such (PS3.7 D.3.3.4).
  const role = request.type === 'N-EVENT-REPORT-RQ' ? 'scp' : 'scu'
  const contexts = contextsFor(association, options.abstractSyntax ?? sopClassUid, role)
  const encoded = dataSet === undefined ? undefined : encodeFor(association, contexts, dataSet)
  const context = encoded?.context ?? contexts[0]
  const call = await caller.begin<Rsp>(
    { context, request, responseType, ...(encoded && { dataSet: [encoded.bytes] }) },
    options,
  )
  return await call.onlyWith(async ({ command, dataSet: answered }) => {
    const bytes = answered && (await readDataSet(answered, maximumDataSetBytes))
    return { ...command, dataSet: bytes && new ReceivedDataSet(context.transferSyntax, bytes) }
  })
}
