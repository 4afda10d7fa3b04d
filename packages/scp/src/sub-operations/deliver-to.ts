import {
  AssociationAbortedError,
  type AssociationProposal,
  contextsForInstances,
  isUid,
  planAssociations,
  type Uid,
} from '@dcm/association'
import type { CommandOf, DimseChannel } from '@dcm/dimse'
import type { ServiceOperation } from '../service-operation.ts'
import type { MoveDestination } from './move-destination.ts'
import type { RetrievableInstance } from './retrievable-instance.ts'
import type { Delivery } from './retrieve.ts'
import { closeStoreAssociation, openStoreAssociation } from './store-association.ts'
import { storeSubOperation } from './store-sub-operation.ts'
import type { SubOperationRun } from './sub-operation-run.ts'

type MoveOperation = Pick<ServiceOperation<CommandOf<'C-MOVE-RQ'>>, 'request' | 'peer' | 'progress'>

/** C-MOVE: stores on associations of our own with the destination, as many as its contexts need (PS3.4 C.4.2.3.1). */
export function deliverTo(destination: MoveDestination, operation: MoveOperation): Delivery {
  return async (run) => {
    const sendable = run.instances.filter(isSendable)
    if (sendable.length < run.instances.length) {
      run.fail(
        run.instances.filter((instance) => !isSendable(instance)),
        new Error('an instance whose SOP class or transfer syntax is no UID'),
      )
    }
    let left: readonly RetrievableInstance[] = sendable
    for (const proposal of planAssociations(contextsForInstances(sendable.flatMap(encodingsOf)))) {
      const here = left.filter((instance) => proposes(proposal, instance))
      left = left.filter((instance) => !proposes(proposal, instance))
      if (here.length > 0) await deliverAll(run, here, proposal, destination, operation)
    }
  }
}

type SendableInstance = RetrievableInstance & { readonly sopClassUid: Uid; readonly transferSyntaxUid: Uid }

function isSendable(instance: RetrievableInstance): instance is SendableInstance {
  return isUid(instance.sopClassUid) && isUid(instance.transferSyntaxUid)
}

/** The instance as it is, and as it can be given too. */
function encodingsOf({ sopClassUid, transferSyntaxUid, otherTransferSyntaxUids = [] }: SendableInstance) {
  return [transferSyntaxUid, ...otherTransferSyntaxUids.filter(isUid)].map((uid) => ({
    sopClassUid,
    transferSyntaxUid: uid,
  }))
}

function proposes({ presentationContexts }: AssociationProposal, instance: RetrievableInstance): boolean {
  return presentationContexts.some(
    ({ abstractSyntax, transferSyntaxes }) =>
      abstractSyntax === instance.sopClassUid &&
      (transferSyntaxes as readonly string[]).includes(instance.transferSyntaxUid),
  )
}

async function deliverAll(
  run: SubOperationRun,
  instances: readonly RetrievableInstance[],
  proposal: AssociationProposal,
  destination: MoveDestination,
  { request, peer, progress }: MoveOperation,
): Promise<void> {
  const { stop, abandoned } = run
  let channel: DimseChannel
  try {
    channel = await openStoreAssociation(
      destination,
      {
        callingAeTitle: destination.callingAeTitle ?? peer.calledAeTitle,
        calledAeTitle: request.moveDestination,
        proposal,
      },
      stop,
    )
  } catch (error) {
    if (stop.aborted) return
    run.errorComment = 'no association with the move destination'
    run.fail(instances, error)
    return
  }
  const { association } = channel
  const abort = (): void => {
    association.abort(new Error('the requestor of the C-MOVE is gone'))
  }
  abandoned.addEventListener('abort', abort, { once: true })
  try {
    const { contexts, asynchronousOperationsWindow } = association.facts
    const target = {
      contexts: [...contexts.values()],
      invoke: (...args: Parameters<DimseChannel['invoke']>) => channel.invoke(...args),
      progress,
      unwanted: run.unwanted,
      fields: {
        priority: request.priority,
        moveOriginatorApplicationEntityTitle: peer.callingAeTitle,
        moveOriginatorMessageId: request.messageId,
      },
    }
    await run.perform(instances, asynchronousOperationsWindow.invoked, (instance) => {
      // Nothing is opened for an association that is over.
      if (association.over) return Promise.reject(gone())
      return storeSubOperation(instance, target)
    })
  } finally {
    abandoned.removeEventListener('abort', abort)
    await closeStoreAssociation(association)
  }
}

function gone(): AssociationAbortedError {
  return new AssociationAbortedError('the association with the move destination is over', {
    code: 'DCM_ABORTED',
    origin: 'local',
  })
}
