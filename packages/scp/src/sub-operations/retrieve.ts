import type { CommandOf } from '@dcm/dimse'
import { type Clock, systemClock } from '@dcm/transport'
import type { ServiceOperation } from '../service-operation.ts'
import { failedSopInstanceUidList } from './failed-sop-instance-uid-list.ts'
import { PendingPace } from './pending-pace.ts'
import type { RetrievableInstance } from './retrievable-instance.ts'
import { SubOperationRun } from './sub-operation-run.ts'
import type { RetrieveAnswer } from './tally.ts'

export interface PendingOptions {
  /**
   * Between two pending responses, in milliseconds; the first goes out when the instances are known. 0 sends one after each
   * sub-operation. Default 1 000: a person sees it move, and a requestor that gives up after some seconds of silence does not.
   */
  readonly pendingIntervalMs?: number
  /** Replaced in tests. */
  readonly clock?: Clock
}

type RetrieveOperation = ServiceOperation<CommandOf<'C-MOVE-RQ'>> | ServiceOperation<CommandOf<'C-GET-RQ'>>

/** Delivers the instances of a run, and records how each ended. Those it does not record remain. */
export type Delivery = (run: SubOperationRun) => Promise<void>

/** The responses of a C-MOVE or C-GET (PS3.4 C.4.2.3, C.4.3.3) while its instances are delivered. */
export async function* retrieve(
  { context, signal, logger, peer, progress }: RetrieveOperation,
  instances: readonly RetrievableInstance[],
  deliver: Delivery,
  { pendingIntervalMs = 1_000, clock = systemClock }: PendingOptions,
): AsyncGenerator<RetrieveAnswer, RetrieveAnswer, undefined> {
  const pace = new PendingPace(pendingIntervalMs, clock)
  const run = new SubOperationRun(instances, signal, () => {
    pace.progressed()
    progress()
  })
  const delivered = deliver(run).finally(() => {
    pace.end()
  })
  // It is awaited below, perhaps after it has failed.
  delivered.catch(() => undefined)
  try {
    if (instances.length > 0) yield run.tally.pending()
    while (await pace.due()) yield run.tally.pending()
    await delivered
    run.conclude()
    const { counts, remaining } = run.tally
    if (counts.failed > 0) {
      logger.warn(
        { associationId: peer.associationId, ...counts, remaining, err: run.firstError },
        'sub-operations failed',
      )
    }
    const last = run.tally.final(run.cancelled, (failed) => [
      failedSopInstanceUidList(failed, context.transferSyntax),
    ])
    return run.errorComment === undefined ? last : { ...last, errorComment: run.errorComment }
  } finally {
    run.abandon()
    await delivered.catch(() => undefined)
  }
}
