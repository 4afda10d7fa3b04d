import { maximumPresentationContexts } from '@dcm/association'
import { storageSopClasses } from '@dcm/dimse'
import { uidOf } from '@dcm/pdu'
import { type ContextToPropose, queryModels } from '@dcm/scu'

/** What a peer is asked whether it takes: everything but storage first, then as much of storage as there is room for. */
export function contextsToAsk(): ContextToPropose[] {
  const services = [
    uidOf('Verification'),
    ...Object.values(queryModels).flatMap((model) => Object.values(model)),
    uidOf('StorageCommitmentPushModel'),
    uidOf('ModalityPerformedProcedureStep'),
  ]
  return [...services, ...storageSopClasses]
    .slice(0, maximumPresentationContexts)
    .map((abstractSyntax) => ({ abstractSyntax }))
}
