import type { AcceptedPresentationContext } from '@dcm/association'
import type { CommandFault, Response } from '../command/index.ts'
import type { DataSetStream } from '../message/index.ts'

/** One answer to an operation that we invoked. */
export interface IncomingResponse {
  readonly command: Response
  /** Read it or leave it; what is left when the next response is asked for is dropped. */
  readonly dataSet: DataSetStream | undefined
  /** Conditions of the standard that the response breaks; it is given all the same. */
  readonly faults: readonly CommandFault[]
}

/** How an invocation reaches its channel. */
export interface InvocationChannel {
  cancel(context: AcceptedPresentationContext, messageId: number): Promise<void>
  /** Called when waiting responses are few again. */
  taken(): void
}

/** An operation that we invoked: its responses, in order, the last one with a status that is not pending. */
export class Invocation implements AsyncIterable<IncomingResponse> {
  readonly messageId: number
  readonly #channel: InvocationChannel
  readonly #context: AcceptedPresentationContext
  #responses: IncomingResponse[] = []
  #current: IncomingResponse | undefined
  #waiting: PromiseWithResolvers<IncomingResponse | undefined> | undefined
  #end: { readonly error: Error | undefined } | undefined

  /** @internal */
  constructor(channel: InvocationChannel, context: AcceptedPresentationContext, messageId: number) {
    this.#channel = channel
    this.#context = context
    this.messageId = messageId
  }

  /** The next response; undefined after the last. Rejects when the association ended or a timer did. */
  next(): Promise<IncomingResponse | undefined> {
    this.#current?.dataSet?.discard()
    this.#current = this.#responses.shift()
    if (this.#current) {
      this.#channel.taken()
      return Promise.resolve(this.#current)
    }
    if (this.#end) return this.#end.error ? Promise.reject(this.#end.error) : Promise.resolve(undefined)
    this.#waiting ??= Promise.withResolvers()
    return this.#waiting.promise
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<IncomingResponse, void, undefined> {
    for (let response = await this.next(); response; response = await this.next()) yield response
  }

  /** C-CANCEL: asks the peer to stop; its last response still comes. */
  cancel(): Promise<void> {
    return this.#end ? Promise.resolve() : this.#channel.cancel(this.#context, this.messageId)
  }

  /** @internal */
  get waitingResponses(): number {
    return this.#responses.length
  }

  /** @internal */
  deliver(response: IncomingResponse): void {
    if (!this.#waiting) {
      this.#responses.push(response)
      return
    }
    this.#current = response
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting.resolve(response)
  }

  /** @internal No more responses: the last was delivered, or never will be. */
  finish(error?: Error): void {
    if (this.#end) return
    this.#end = { error }
    const waiting = this.#waiting
    this.#waiting = undefined
    if (error) waiting?.reject(error)
    else waiting?.resolve(undefined)
  }
}
