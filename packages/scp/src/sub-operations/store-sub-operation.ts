import type { AcceptedPresentationContext } from '@dcm/association'
import { type CommandOf, type OutgoingDataSet, statusCategory, statuses, describeStatus } from '@dcm/dimse'
import type { ReverseInvocation } from '../service-operation.ts'
import { unlessAborted } from '../unless-aborted.ts'
import { chooseContext } from './choose-context.ts'
import { openDataSet, type OpenedDataSet } from './opened-data-set.ts'
import type { RetrievableInstance } from './retrievable-instance.ts'
import type { SubOperationOutcome } from './tally.ts'

/** Where C-STORE sub-operations go: contexts in which the peer is the SCP, and a way to invoke on them. */
export interface StoreTarget {
  readonly contexts: readonly AcceptedPresentationContext[]
  readonly invoke: (
    context: AcceptedPresentationContext,
    request: StoreRequest,
    dataSet: OutgoingDataSet,
  ) => Promise<Pick<ReverseInvocation, 'next'>>
  /** Called when a data set gets on. */
  readonly progress: () => void
  /** Fires when one that is still being opened is not waited for. */
  readonly unwanted: AbortSignal
  /** The same for all: priority, and the originator of a C-MOVE. */
  readonly fields: Pick<
    StoreRequest,
    'priority' | 'moveOriginatorApplicationEntityTitle' | 'moveOriginatorMessageId'
  >
}

type StoreRequest = Omit<CommandOf<'C-STORE-RQ'>, 'messageId' | 'hasDataSet'>

/**
 * One C-STORE sub-operation (PS3.4 C.4.2.3.1, C.4.3.3.1): it fails where no context suits the instance and where the peer
 * says so.
 *
 * @throws SubOperationError; what opening the instance rejects with; what ended the association; the reason of `unwanted`
 */
export async function storeSubOperation(
  instance: RetrievableInstance,
  { contexts, invoke, progress, unwanted, fields }: StoreTarget,
): Promise<Exclude<SubOperationOutcome, 'failed'>> {
  const chosen = chooseContext(instance, contexts)
  if (!chosen) {
    throw new SubOperationError(
      `no accepted presentation context for ${instance.sopClassUid} in ${instance.transferSyntaxUid}`,
    )
  }
  const { context } = chosen
  await using opened = await openedUnless(openDataSet(instance, chosen, progress), unwanted)
  const invocation = await invoke(
    context,
    {
      type: 'C-STORE-RQ',
      affectedSopClassUid: instance.sopClassUid,
      affectedSopInstanceUid: instance.sopInstanceUid,
      ...fields,
    },
    opened.dataSet,
  )
  const response = await invocation.next()
  // It has none (PS3.7 9.3.1.2); one of more than is kept would hold back all that comes behind it.
  response?.dataSet?.discard()
  const status = response?.command.status ?? statuses.ProcessingFailure
  const category = statusCategory(status)
  if (category === 'success') return 'completed'
  if (category === 'warning') return 'warning'
  throw new SubOperationError(`a C-STORE was answered with ${describeStatus(status, 'C-STORE')}`)
}

/** A data set that comes when nobody waits for it any more is closed at once. */
async function openedUnless(opening: Promise<OpenedDataSet>, unwanted: AbortSignal): Promise<OpenedDataSet> {
  try {
    return await unlessAborted(opening, unwanted)
  } catch (error) {
    opening.then((late) => late[Symbol.asyncDispose]()).catch(() => undefined)
    throw error
  }
}

/** Why an instance failed; for our own log. */
class SubOperationError extends Error {
  override readonly name = 'SubOperationError'
  readonly code = 'DCM_SUB_OPERATION_FAILED'
}
