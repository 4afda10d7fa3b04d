import { requireRange } from '@dcm/association'
import { type CFindRsp, type Priority, statusCategory } from '@dcm/dimse'
import type { Call } from '../calls/call.ts'
import type { CallOptions } from '../calls/call-options.ts'
import type { Caller } from '../calls/caller.ts'
import { type Answers, ResponseStream } from '../calls/response-stream.ts'
import { contextsFor } from '../contexts/choose-context.ts'
import type { QueryModel } from '../contexts/query-models.ts'
import { encodeFor, type Identifier } from '../identifiers/encode-for.ts'
import { readDataSet } from '../identifiers/read-data-set.ts'
import { ReceivedDataSet } from '../identifiers/received-data-set.ts'
import { requireCallOptions } from '../require-options.ts'
import { sopClassIn } from './sop-class-in.ts'

export interface FindOptions extends CallOptions {
  /** Default `medium`. */
  readonly priority?: Priority
  /** The longest match taken, in bytes. Default 1 048 576: matches are some hundred bytes, long lists of UIDs some 100 KiB. */
  readonly maximumIdentifierBytes?: number
}

/** One match of a C-FIND: its identifier. */
export class FindMatch extends ReceivedDataSet {
  /** FF00H; FF01H when the peer did not support some optional keys (PS3.4 C.4.1.1.4). */
  readonly status: number

  /** @internal */
  constructor(status: number, transferSyntaxUid: string, bytes: Uint8Array) {
    super(transferSyntaxUid, bytes)
    this.status = status
  }
}

/** The matches of a query as they come, then the last response. */
export type Query = ResponseStream<FindMatch, CFindRsp>

/** C-FIND (PS3.7 9.1.2). */
export function find(caller: Caller, model: QueryModel, keys: Identifier, options: FindOptions): Query {
  requireCallOptions(options)
  const affectedSopClassUid = sopClassIn(model, 'find')
  const { maximumIdentifierBytes = 1_048_576 } = options
  requireRange('maximumIdentifierBytes', maximumIdentifierBytes, 0)
  return new ResponseStream(async () => {
    const contexts = contextsFor(caller.channel.association, affectedSopClassUid)
    const { context, bytes } = encodeFor(caller.channel.association, contexts, keys)
    const call = await caller.begin<CFindRsp>(
      {
        context,
        request: {
          type: 'C-FIND-RQ',
          affectedSopClassUid,
          priority: options.priority ?? 'medium',
        },
        dataSet: [bytes],
        responseType: 'C-FIND-RSP',
      },
      options,
    )
    return new Matches(call, context.transferSyntax, maximumIdentifierBytes)
  })
}

class Matches implements Answers<FindMatch, CFindRsp> {
  readonly #call: Call<CFindRsp>
  readonly #transferSyntaxUid: string
  readonly #maximumBytes: number
  final: CFindRsp | undefined

  constructor(call: Call<CFindRsp>, transferSyntaxUid: string, maximumBytes: number) {
    this.#call = call
    this.#transferSyntaxUid = transferSyntaxUid
    this.#maximumBytes = maximumBytes
  }

  async next(): Promise<FindMatch | undefined> {
    for (let response = await this.#call.next(); response; response = await this.#call.next()) {
      const { command, dataSet } = response
      if (statusCategory(command.status) !== 'pending') {
        this.final = command
        continue
      }
      // PS3.4 C.4.1.1.3: a pending response has an identifier; one without says nothing that could be used.
      if (!dataSet) continue
      const bytes = await this.#call.during(readDataSet(dataSet, this.#maximumBytes))
      return new FindMatch(command.status, this.#transferSyntaxUid, bytes)
    }
    return undefined
  }

  async cancel(): Promise<void> {
    this.final ??= (await this.#call.cancel()).command
  }
}
