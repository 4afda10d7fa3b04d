import type { AcceptedPresentationContext, TimeoutError, Wait, Waits } from '@dcm/association'
import type { CommandFault, Response } from '../command/index.ts'
import type { DataSetStream } from '../message/index.ts'
import type { RequestToSend } from './request-to-send.ts'

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
  /** Called when a response did not come in time. */
  timedOut(error: TimeoutError): void
  readonly responseWaits: Waits
}

/** An operation that we invoked: its responses, in order, the last one with a status that is not pending. */
export class Invocation implements AsyncIterable<IncomingResponse> {
  /** Is told first when its response timer ends, and the association with it. */
  onTimeout: ((error: TimeoutError) => void) | undefined
  readonly context: AcceptedPresentationContext
  readonly request: RequestToSend
  readonly messageId: number
  readonly #channel: InvocationChannel
  #responses: IncomingResponse[] = []
  #current: IncomingResponse | undefined
  #waiting: PromiseWithResolvers<IncomingResponse | undefined> | undefined
  #end: { readonly error: Error | undefined } | undefined
  readonly #wait: Wait

  /** @internal */
  constructor(
    channel: InvocationChannel,
    context: AcceptedPresentationContext,
    request: RequestToSend,
    messageId: number,
    responseTimeoutMs: number,
  ) {
    this.#channel = channel
    this.context = context
    this.request = request
    this.messageId = messageId
    this.#wait = {
      timer: 'dimse-response',
      timeoutMs: responseTimeoutMs,
      expired: (error) => {
        this.finish(error)
        this.onTimeout?.(error)
        channel.timedOut(error)
      },
    }
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
    return this.#end ? Promise.resolve() : this.#channel.cancel(this.context, this.messageId)
  }

  /** The peer owes nothing now: the response timer rests, until it `progressed()`. */
  hold(): void {
    this.#channel.responseWaits.end(this.#wait)
  }

  /** The peer owes us something, from now on: a response, or what comes with it or behind it, which ends with `hold()`. */
  progressed(): void {
    this.#channel.responseWaits.begin(this.#wait)
  }

  /** @internal The request has left; the last response may have come already. */
  sent(): void {
    if (!this.#end) this.progressed()
  }

  /** @internal */
  get waitingResponses(): number {
    return this.#responses.length
  }

  /** @internal */
  deliver(response: IncomingResponse): void {
    if (this.#wait.startedAt !== undefined) this.progressed()
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
    this.hold()
    const waiting = this.#waiting
    this.#waiting = undefined
    if (error) waiting?.reject(error)
    else waiting?.resolve(undefined)
  }
}
