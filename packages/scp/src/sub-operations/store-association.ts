import { type Association, type AssociationProposal, requestAssociation } from '@dcm/association'
import { DimseChannel, responseTo, statuses, unrecognizedResponse } from '@dcm/dimse'
import type { MoveDestination } from './move-destination.ts'

/** Who asks whom, and for what. */
export interface StoreAssociationRequest {
  readonly callingAeTitle: string
  readonly calledAeTitle: string
  readonly proposal: AssociationProposal
}

/**
 * An association with a move destination.
 *
 * @throws as `connect` and `requestAssociation` do; the signal's reason. Nothing is left open then.
 */
export async function openStoreAssociation(
  { address, transport, association, responseTimeoutMs = 60_000, ...options }: MoveDestination,
  { callingAeTitle, calledAeTitle, proposal }: StoreAssociationRequest,
  signal: AbortSignal,
): Promise<DimseChannel> {
  const invoked = options.maximumOperationsInvoked ?? 1
  const established = await requestAssociation(
    await transport.connect(address, { signal }),
    {
      callingAeTitle,
      calledAeTitle,
      presentationContexts: proposal.presentationContexts,
      userInformation: {
        ...proposal.userInformation,
        // Asked of nobody who need not know it.
        ...(invoked !== 1 && {
          asynchronousOperationsWindow: {
            maximumNumberOperationsInvoked: invoked,
            maximumNumberOperationsPerformed: 1,
          },
        }),
      },
    },
    { ...association, signal },
  )
  const channel = new DimseChannel(established, { responseTimeoutMs })
  void refuseOperations(channel)
  return channel
}

/** Ends it on any path: with a release, or at once when that is not to be had. Never rejects. */
export async function closeStoreAssociation(association: Association): Promise<void> {
  try {
    if (!association.over) await association.release()
  } catch {
    // It is over, which is what was wanted; what it ended for has failed sub-operations already.
  }
}

/** We perform nothing here; a destination that asks for something is told so, and does not wait. */
async function refuseOperations(channel: DimseChannel): Promise<void> {
  try {
    for await (const operation of channel) {
      const { command } = operation
      await operation.respond(
        command.type === 'unrecognized'
          ? unrecognizedResponse(command)
          : responseTo(command, { status: statuses.UnrecognizedOperation }),
      )
    }
  } catch {
    // The association's end is told by the sub-operations.
  }
}
