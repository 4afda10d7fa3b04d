import type { AcceptedPresentationContext } from '@dcm/association'
import type { CommandSet, Request, Response, UnrecognizedCommand } from '../command/index.ts'
import type { ByteSource, DataSetStream } from '../message/index.ts'
import { statusCategory } from '../status/index.ts'

/** What a message carries besides its command: a stream, or bytes that are there. */
export type OutgoingDataSet = ByteSource | readonly Uint8Array[]

/** How an operation reaches its channel. */
export interface OperationChannel {
  send(context: AcceptedPresentationContext, command: CommandSet, dataSet?: OutgoingDataSet): Promise<void>
  completed(operation: Operation): void
}

/** An operation or notification that the peer invoked (PS3.7 7). It ends with its last response. */
export class Operation {
  readonly context: AcceptedPresentationContext
  readonly command: Request | UnrecognizedCommand
  /** What came with the request; streams in while it is read. */
  readonly dataSet: DataSetStream | undefined
  readonly #channel: OperationChannel
  #controller: AbortController | undefined
  #abortReason: Error | undefined
  #completed = false

  /** @internal */
  constructor(
    channel: OperationChannel,
    context: AcceptedPresentationContext,
    command: Request | UnrecognizedCommand,
    dataSet: DataSetStream | undefined,
  ) {
    this.#channel = channel
    this.context = context
    this.command = command
    this.dataSet = dataSet
  }

  /** Fires on C-CANCEL, and when the association is over: nobody waits for the rest. */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#abortReason) this.#controller.abort(this.#abortReason)
    }
    return this.#controller.signal
  }

  get completed(): boolean {
    return this.#completed
  }

  /**
   * Sends a response; with any status but pending it is the last. What is left of the request's data set is dropped, and
   * waited for, since an answer in the middle of it is no answer that a requestor expects.
   *
   * @throws AssociationAbortedError when the association is over.
   */
  async respond(response: Response | UnrecognizedCommand, dataSet?: OutgoingDataSet): Promise<void> {
    if (this.dataSet && !this.dataSet.complete) await this.dataSet.drain()
    const last = response.type === 'unrecognized' || statusCategory(response.status) !== 'pending'
    if (!last) {
      await this.#channel.send(this.context, response, dataSet)
      return
    }
    try {
      await this.#channel.send(this.context, response, dataSet)
    } finally {
      this.end()
    }
  }

  /** @internal Ends it without a response. */
  end(): void {
    if (this.#completed) return
    this.#completed = true
    this.#channel.completed(this)
  }

  /** @internal */
  cancel(reason: Error): void {
    this.#abortReason ??= reason
    this.#controller?.abort(reason)
  }
}
