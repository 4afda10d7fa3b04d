import type { AcceptedPresentationContext } from '@dcm/association'
import type { DimseChannel, OutgoingDataSet, Request, RequestToSend, Response } from '@dcm/dimse'
import { Call } from './call.ts'
import type { CallDefaults, CallOptions } from './call-options.ts'
import { Stop } from './stop.ts'
import { Turns } from './turns.ts'

/** What an operation is sent as. */
export interface CallRequest<Rsp extends Response> {
  readonly context: AcceptedPresentationContext
  readonly request: Extract<RequestToSend, { readonly type: RequestTypeFor<Rsp['type']> }>
  readonly dataSet?: OutgoingDataSet
  readonly responseType: Rsp['type']
}

type RequestTypeFor<Type extends Response['type']> = Type extends `${infer Service}-RSP`
  ? Extract<Request['type'], `${Service}-RQ`>
  : never

/** Begins operations on one association: each in its turn within the negotiated window, each under its own bounds. */
export class Caller {
  readonly channel: DimseChannel
  readonly defaults: CallDefaults
  readonly #window: Turns
  /** One request is sent at a time, so that one that waits behind another can still be given up. */
  readonly #wire = new Turns(1)
  #outstanding = 0
  #idleWaiters: (() => void)[] = []

  constructor(channel: DimseChannel, defaults: CallDefaults) {
    this.channel = channel
    this.defaults = defaults
    this.#window = new Turns(channel.association.facts.asynchronousOperationsWindow.invoked)
  }

  /** Operations that are waiting, being sent, or not answered, those that were given up included. */
  get outstanding(): number {
    return this.#outstanding
  }

  /** Resolves when no operation is outstanding. Each has its timer, so it does. */
  idle(): Promise<void> {
    if (this.#outstanding === 0) return Promise.resolve()
    return new Promise((resolve) => this.#idleWaiters.push(resolve))
  }

  /**
   * Sends the request; resolves when it is sent whole.
   *
   * @throws AssociationAbortedError, TimeoutError, the signal's reason, what the data set's source rejects with
   */
  async begin<Rsp extends Response>(call: CallRequest<Rsp>, options: CallOptions): Promise<Call<Rsp>> {
    const stop = new Stop(this.channel.association.clock, options)
    this.#outstanding++
    let leaveWindow: () => void = () => undefined
    try {
      leaveWindow = await this.#window.take(stop)
      const invocation = await this.#send(call, stop)
      return new Call({
        channel: this.channel,
        invocation,
        stop,
        responseType: call.responseType,
        responseTimeoutMs: options.responseTimeoutMs ?? this.defaults.responseTimeoutMs,
        cancelTimeoutMs: this.defaults.cancelTimeoutMs,
        cancellable: cancellable.has(call.request.type),
        over: () => {
          leaveWindow()
          this.#ended()
        },
      })
    } catch (error) {
      stop.end()
      leaveWindow()
      this.#ended()
      throw stop.reason ?? error
    }
  }

  async #send<Rsp extends Response>({ context, request, dataSet }: CallRequest<Rsp>, stop: Stop) {
    const leaveWire = await this.#wire.take(stop)
    try {
      // Half a message cannot be taken back.
      stop.onStop = (reason) => {
        this.channel.abort(reason)
      }
      const invocation = await this.channel.invoke(context, request, dataSet)
      stop.throwIfStopped()
      return invocation
    } finally {
      leaveWire()
    }
  }

  #ended(): void {
    if (--this.#outstanding > 0) return
    const waiters = this.#idleWaiters
    this.#idleWaiters = []
    for (const resolve of waiters) resolve()
  }
}

/** PS3.7 9.3.2.3, 9.3.3.3, 9.3.4.3 */
const cancellable: ReadonlySet<string> = new Set(['C-FIND-RQ', 'C-MOVE-RQ', 'C-GET-RQ'])
