import { UsageError } from '@dcm/association'
import type { CGetRsp } from '@dcm/dimse'
import type { Caller } from '../calls/caller.ts'
import { ResponseStream } from '../calls/response-stream.ts'
import { contextsFor } from '../contexts/choose-context.ts'
import type { QueryModel } from '../contexts/query-models.ts'
import { encodeFor, type Identifier } from '../identifiers/encode-for.ts'
import { AskedFor } from '../reverse/asked-for.ts'
import {
  type InstanceSink,
  receiveSubOperation,
  type RefusedInstance,
} from '../reverse/receive-sub-operation.ts'
import type { SubOperations } from '../reverse/sub-operations.ts'
import { requireCallOptions } from '../require-options.ts'
import type { MoveOptions } from './move.ts'
import { sopClassIn } from './sop-class-in.ts'
import { RetrieveAnswers, type Retrieval } from './retrieval.ts'

export interface GetOptions extends MoveOptions {
  /**
   * What becomes of instances that belong to none of the studies, series or instances asked for. Default `refuse`: they are answered
   * with 0124H, not authorized.
   */
  readonly unexpected?: 'refuse' | 'store'
  /** Is told of each instance that was refused before it reached the sink; the peer only counts it as failed. */
  readonly onRefused?: (instance: RefusedInstance) => void
}

/**
 * C-GET (PS3.7 9.1.3): the peer stores at us over this association, into `sink`. The storage SOP classes have to be negotiated with
 * the SCP role. One at a time on an association, since a C-STORE does not say which C-GET it belongs to.
 */
export function get(
  caller: Caller,
  subOperations: SubOperations,
  model: QueryModel,
  keys: Identifier,
  sink: InstanceSink,
  options: GetOptions,
): Retrieval<CGetRsp> {
  const affectedSopClassUid = sopClassIn(model, 'get')
  requireCallOptions(options)
  requireSink(sink)
  const { unexpected = 'refuse', priority = 'medium', onRefused } = options
  requireKnown(unexpected)
  return new ResponseStream(async () => {
    const { association } = caller.channel
    const contexts = contextsFor(association, affectedSopClassUid)
    const { context, bytes } = encodeFor(association, contexts, keys)
    if (subOperations.handler) {
      throw new UsageError('a C-GET is under way on this association', 'DCM_GET_UNDER_WAY')
    }
    const askedFor =
      unexpected === 'refuse' ? new AskedFor({ bytes, transferSyntaxUid: context.transferSyntax }) : undefined
    let progress = { hold: (): void => undefined, progressed: (): void => undefined }
    const handler = (subOperations.handler = async (operation, request) => {
      progress.hold()
      try {
        await receiveSubOperation(operation, request, { association, sink, askedFor, onRefused })
      } finally {
        progress.progressed()
      }
    })
    const call = await caller.begin<CGetRsp>(
      {
        context,
        request: { type: 'C-GET-RQ', affectedSopClassUid, priority },
        dataSet: [bytes],
        responseType: 'C-GET-RSP',
        over: () => {
          if (subOperations.handler === handler) subOperations.handler = undefined
        },
      },
      options,
    )
    progress = call
    /** Not every peer waits for our answers before its last response: what came before that is to be stored, too. */
    const stored = async (): Promise<void> => {
      const { channel } = caller
      // One more, as one may be answered and not told yet.
      for (let left = channel.outstandingOperations; left >= 0; left--) {
        if (channel.outstandingOperations === 0) return
        // A sink need not hear its signal.
        await Promise.race([subOperations.nextOver, association.ended])
        const end = association.over ? await association.ended : undefined
        if (end?.kind === 'aborted') throw end.error
      }
    }
    return new RetrieveAnswers(call, context.transferSyntax, stored)
  })
}

/** From JavaScript: a function, or the options in its place. */
function requireSink(sink: InstanceSink): void {
  if (typeof (Object(sink) as Partial<InstanceSink>).put === 'function') return
  throw new UsageError('a C-GET needs a sink with a put(), such as a store of files', 'DCM_OPTION')
}

/** What is neither would take anything. */
function requireKnown(unexpected: unknown): void {
  if (unexpected === 'refuse' || unexpected === 'store') return
  throw new UsageError(
    `unexpected is ${JSON.stringify(unexpected)}; refuse and store are allowed`,
    'DCM_OPTION',
  )
}
