import type { CMoveRsp, Priority } from '@dcm/dimse'
import type { CallOptions } from '../calls/call-options.ts'
import type { Caller } from '../calls/caller.ts'
import { ResponseStream } from '../calls/response-stream.ts'
import { contextsFor } from '../contexts/choose-context.ts'
import type { QueryModel } from '../contexts/query-models.ts'
import { encodeFor, type Identifier } from '../identifiers/encode-for.ts'
import { requireCallOptions } from '../require-options.ts'
import { sopClassIn } from './sop-class-in.ts'
import { RetrieveAnswers, type Retrieval } from './retrieval.ts'

export interface MoveOptions extends CallOptions {
  /** Default `medium`. */
  readonly priority?: Priority
}

/** C-MOVE (PS3.7 9.1.4): the peer stores at another AE, or at us, over associations of its own. */
export function move(
  caller: Caller,
  model: QueryModel,
  moveDestination: string,
  keys: Identifier,
  options: MoveOptions,
): Retrieval<CMoveRsp> {
  const affectedSopClassUid = sopClassIn(model, 'move')
  requireCallOptions(options)
  return new ResponseStream(async () => {
    const contexts = contextsFor(caller.channel.association, affectedSopClassUid)
    const { context, bytes } = encodeFor(caller.channel.association, contexts, keys)
    const { priority = 'medium' } = options
    const call = await caller.begin<CMoveRsp>(
      {
        context,
        request: { type: 'C-MOVE-RQ', affectedSopClassUid, priority, moveDestination },
        dataSet: [bytes],
        responseType: 'C-MOVE-RSP',
      },
      options,
    )
    return new RetrieveAnswers(call, context.transferSyntax)
  })
}
