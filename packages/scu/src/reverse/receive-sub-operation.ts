import { type Association, isUid, UsageError } from '@dcm/association'
import {
  type ByteSource,
  type CStoreRq,
  type CStoreRsp,
  type Operation,
  type Outcome,
  responseTo,
  statuses,
  storeFailureStatus,
} from '@dcm/dimse'
import type { AskedFor } from './asked-for.ts'
import { requireStatus } from './require-status.ts'

/**
 * Where received instances go: any object store whose `put` resolves when the instance is kept. One that has not read the data set to its end
 * has not kept it; one that hands it on, and resolves with a response, is answered as that says.
 */
export interface InstanceSink {
  put(instance: RetrievedInstance): Promise<unknown>
}

/** A SOP instance while it arrives. */
export interface RetrievedInstance {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  readonly transferSyntaxUid: string
  /** Of the sender: the AE that we called. */
  readonly callingAeTitle: string
  /** Ours. */
  readonly calledAeTitle: string
  /** The data set's bytes as they were sent. */
  readonly dataSet: ByteSource
  /** Fires when the association is over: the rest will not come. */
  readonly signal: AbortSignal
}

/** An instance that was not taken, and never reached the sink. */
export interface RefusedInstance {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  /** What the peer was told: 0124H for one that was not asked for. */
  readonly status: number
}

export interface SubOperationSetting {
  readonly association: Association
  readonly sink: InstanceSink
  /** Undefined: anything is taken. */
  readonly askedFor: AskedFor | undefined
  readonly onRefused: ((instance: RefusedInstance) => void) | undefined
}

/** Takes one C-STORE sub-operation of a C-GET into the sink, and answers it when it is kept there. */
export async function receiveSubOperation(
  operation: Operation,
  request: CStoreRq,
  setting: SubOperationSetting,
): Promise<void> {
  const refusal = refusalOf(operation, request)
  const outcome = refusal ? refused(request, refusal, setting) : await kept(operation, request, setting)
  // The association is over: there is nobody to tell.
  if (setting.association.over) operation.end()
  else await operation.respond(responseTo(request, outcome))
}

type StoreOutcome = Outcome<CStoreRq>

function refused(
  { affectedSopClassUid: sopClassUid, affectedSopInstanceUid: sopInstanceUid }: CStoreRq,
  outcome: StoreOutcome,
  { onRefused }: SubOperationSetting,
): StoreOutcome {
  onRefused?.({ sopClassUid, sopInstanceUid, status: outcome.status })
  return outcome
}

function refusalOf({ context }: Operation, request: CStoreRq): StoreOutcome | undefined {
  const { affectedSopClassUid, affectedSopInstanceUid } = request
  // PS3.7 D.3.3.4: without the SCP role we have not agreed to be stored at.
  if (affectedSopClassUid !== context.abstractSyntax || !context.roles.requestor.scp) {
    return { status: statuses.SopClassNotSupported }
  }
  if (!isUid(affectedSopInstanceUid)) return { status: statuses.InvalidSopInstance }
  return undefined
}

async function kept(
  { context, dataSet, signal }: Operation,
  request: CStoreRq,
  setting: SubOperationSetting,
): Promise<StoreOutcome> {
  const { affectedSopClassUid, affectedSopInstanceUid } = request
  const { association, sink, askedFor } = setting
  if (!dataSet) {
    const refusal = { status: statuses.CannotUnderstand, errorComment: 'C-STORE without a data set' }
    return refused(request, refusal, setting)
  }
  const instance: RetrievedInstance = {
    sopClassUid: affectedSopClassUid,
    sopInstanceUid: affectedSopInstanceUid,
    transferSyntaxUid: context.transferSyntax,
    callingAeTitle: association.facts.request.calledAeTitle,
    calledAeTitle: association.facts.request.callingAeTitle,
    dataSet,
    signal,
  }
  try {
    const asked = askedFor ? await askedFor.filter(instance) : instance
    if (!asked) {
      const refusal = { status: statuses.NotAuthorized, errorComment: 'the instance was not asked for' }
      return refused(request, refusal, setting)
    }
    const outcome = await sink.put(asked)
    // Of who hands it on to another SCP, and resolves with its response. A `status` alone may be of HTTP, where 200 is well.
    const { type, status = statuses.Success } = Object(outcome) as Partial<CStoreRsp>
    if (type === 'C-STORE-RSP' && status !== statuses.Success) {
      requireStatus(status)
      return { status: status as StoreOutcome['status'] }
    }
    if (await asked.dataSet.read()) throw unread()
    return { status: statuses.Success }
  } catch (error) {
    return { status: storeFailureStatus(error), errorComment: 'not stored' }
  }
}

function unread(): UsageError {
  return new UsageError('put() ended before it had read the data set to its end', 'DCM_DATA_SET_UNREAD')
}
