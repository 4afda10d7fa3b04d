import { contextsForInstances, planAssociations } from '@dcm/association'
import type { ContextToPropose } from '../associate-options.ts'
import { uidOfInstance } from '../contexts/wanted-contexts.ts'
import type { FoundInstance } from './scan.ts'

/** What goes over associations that propose the same contexts. */
export interface Batch {
  readonly contexts: readonly ContextToPropose[]
  /** Still to be sent, in order; those that are tried again come last. */
  readonly waiting: FoundInstance[]
}

/** The contexts that all instances need, at most 128 for each batch, and which instance goes where. */
export function planBatches(instances: readonly FoundInstance[]): Batch[] {
  const wanted = contextsForInstances(
    instances.map(({ sopClassUid, transferSyntaxUid }) => ({
      sopClassUid: uidOfInstance(sopClassUid),
      transferSyntaxUid: uidOfInstance(transferSyntaxUid),
    })),
  )
  const batches = new Map<string, Batch>()
  const plan = planAssociations(wanted).map(({ presentationContexts }) => {
    const batch: Batch = { contexts: presentationContexts, waiting: [] }
    for (const { abstractSyntax, transferSyntaxes } of presentationContexts) {
      // As it is; the context for re-encoding stands beside it.
      if (transferSyntaxes.length === 1) batches.set(`${abstractSyntax} ${transferSyntaxes.join()}`, batch)
    }
    return batch
  })
  for (const instance of instances) {
    batches.get(`${instance.sopClassUid} ${instance.transferSyntaxUid}`)?.waiting.push(instance)
  }
  return plan
}
