import type { CommandOf } from '@dcm/dimse'
import type { ServiceOperation } from '../service-operation.ts'
import type { Delivery } from './retrieve.ts'
import { storeSubOperation } from './store-sub-operation.ts'

/**
 * C-GET: stores on the association that asks, on contexts for which the requestor is the SCP (PS3.4 C.4.3.3.1, PS3.7 D.3.3.4).
 */
export function deliverHere({
  request,
  contexts,
  invoke,
  progress,
  maximumOperationsInvoked,
}: ServiceOperation<CommandOf<'C-GET-RQ'>>): Delivery {
  const target = {
    contexts: [...contexts.values()].filter(({ roles }) => roles.requestor.scp),
    invoke: (context, store, dataSet) => invoke(store, { context, dataSet }),
    progress,
    fields: { priority: request.priority },
  } satisfies Omit<Parameters<typeof storeSubOperation>[1], 'unwanted'>
  return (run) =>
    run.perform(run.instances, maximumOperationsInvoked, (instance) =>
      storeSubOperation(instance, { ...target, unwanted: run.unwanted }),
    )
}
