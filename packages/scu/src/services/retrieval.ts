import { HeadReader } from '@dcm/dataset'
import { type CGetRsp, type CMoveRsp, statusCategory } from '@dcm/dimse'
import { type Call, maximumIdentifierBytes } from '../calls/call.ts'
import type { Answers, ResponseStream } from '../calls/response-stream.ts'
import { readDataSet } from '../identifiers/read-data-set.ts'

/** How far the sub-operations are (PS3.7 9.1.3.1); what the peer does not say is undefined. */
export interface RetrieveProgress {
  readonly status: number
  readonly remaining: number | undefined
  readonly completed: number | undefined
  readonly failed: number | undefined
  readonly warning: number | undefined
}

/** The last response of a C-MOVE or C-GET. */
export type RetrieveResult<Rsp extends CMoveRsp | CGetRsp> = Rsp & {
  /** Failed SOP Instance UID List (0008,0058) of its identifier; empty when there is none. */
  readonly failedSopInstanceUids: readonly string[]
}

/** Pending responses as they come, then the last one. */
export type Retrieval<Rsp extends CMoveRsp | CGetRsp> = ResponseStream<RetrieveProgress, RetrieveResult<Rsp>>

const failedSopInstanceUidList = 0x00080058

/** The responses of a C-MOVE or C-GET. */
export class RetrieveAnswers<Rsp extends CMoveRsp | CGetRsp> implements Answers<
  RetrieveProgress,
  RetrieveResult<Rsp>
> {
  readonly #call: Call<Rsp>
  readonly #transferSyntaxUid: string
  readonly #stored: (() => Promise<void>) | undefined
  final: RetrieveResult<Rsp> | undefined

  /** @param stored waits until nothing is being stored at us */
  constructor(call: Call<Rsp>, transferSyntaxUid: string, stored?: () => Promise<void>) {
    this.#call = call
    this.#transferSyntaxUid = transferSyntaxUid
    this.#stored = stored
  }

  async next(): Promise<RetrieveProgress | undefined> {
    for (let response = await this.#call.next(); response; response = await this.#call.next()) {
      const { command, dataSet } = response
      if (statusCategory(command.status) === 'pending') return progressOf(command)
      const identifier = dataSet && (await this.#call.during(readDataSet(dataSet, maximumIdentifierBytes)))
      if (this.#stored) await this.#call.during(this.#stored())
      this.#ended(command, identifier)
    }
    return undefined
  }

  async cancel(): Promise<void> {
    const { command, identifier } = await this.#call.cancel()
    if (!this.final) this.#ended(command, identifier)
  }

  #ended(command: Rsp, identifier: Uint8Array | undefined): void {
    this.final = { ...command, failedSopInstanceUids: failedIn(identifier, this.#transferSyntaxUid) }
  }
}

function progressOf(command: CMoveRsp | CGetRsp): RetrieveProgress {
  return {
    status: command.status,
    remaining: command.numberOfRemainingSuboperations,
    completed: command.numberOfCompletedSuboperations,
    failed: command.numberOfFailedSuboperations,
    warning: command.numberOfWarningSuboperations,
  }
}

function failedIn(identifier: Uint8Array | undefined, transferSyntaxUid: string): readonly string[] {
  if (!identifier) return []
  const head = new HeadReader({
    transferSyntaxUid,
    tags: [failedSopInstanceUidList],
    maximumHeadBytes: maximumIdentifierBytes,
    maximumValueBytes: maximumIdentifierBytes,
  })
  head.push(identifier)
  head.end()
  return head.text(failedSopInstanceUidList)?.split('\\').filter(Boolean) ?? []
}
