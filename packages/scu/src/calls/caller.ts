import {
  type AcceptedPresentationContext,
  type AssociationEnd,
  associationReleased,
  requireTimeouts,
  Waits,
} from '@dcm/association'
import type { DimseChannel, Invocation, OutgoingDataSet, Request, RequestToSend, Response } from '@dcm/dimse'
import { Call } from './call.ts'
import type { CallOptions } from './call-options.ts'
import { type Ending, publishOperationEnded } from './diagnostics.ts'
import { Stop } from './stop.ts'
import { Turns } from './turns.ts'

/** What an operation is sent as. */
export interface CallRequest<Rsp extends Response> {
  readonly context: AcceptedPresentationContext
  readonly request: Extract<RequestToSend, { readonly type: RequestTypeFor<Rsp['type']> }>
  readonly dataSet?: OutgoingDataSet
  readonly responseType: Rsp['type']
  /** Called once, when no response can come any more, also when the request was never sent. */
  readonly over?: () => void
}

export type CallToMake<Rsp extends Response> = CallRequest<Rsp> | (() => Promise<CallRequest<Rsp>>)

type RequestTypeFor<Type extends Response['type']> = Type extends `${infer Service}-RSP`
  ? Extract<Request['type'], `${Service}-RQ`>
  : never

/** Begins operations on one association: each in its turn within the negotiated window, each under its own bounds. */
export class Caller {
  readonly channel: DimseChannel
  readonly #cancelTimeoutMs: number
  readonly #deadlines: Waits
  readonly #window: Turns
  /** One request is sent at a time, so that one that waits behind another can still be given up. */
  readonly #wire = new Turns(1)
  /** Gives up what is being prepared. */
  readonly #preparing = new Set<(error: Error) => void>()
  #outstanding = 0
  #idleWaiters: (() => void)[] = []

  constructor(channel: DimseChannel, cancelTimeoutMs: number) {
    this.channel = channel
    this.#cancelTimeoutMs = cancelTimeoutMs
    this.#deadlines = new Waits(channel.association.clock)
    this.#window = new Turns(channel.association.facts.asynchronousOperationsWindow.invoked)
    void channel.association.ended.then((end) => {
      this.#deadlines.close()
      for (const giveUp of this.#preparing) giveUp(errorOf(end))
    })
  }

  /** Operations that are being prepared, waiting, being sent, or not answered, those that were given up included. */
  get outstanding(): number {
    return this.#outstanding
  }

  /** Resolves when no operation is outstanding. Each has its timer, so it does. */
  idle(): Promise<void> {
    if (this.#outstanding === 0) return Promise.resolve()
    return new Promise((resolve) => this.#idleWaiters.push(resolve))
  }

  /**
   * Sends the request, or what comes of it once it is prepared; resolves when it is sent whole.
   *
   * @throws AssociationAbortedError, TimeoutError, the signal's reason, what the data set's source rejects with, and
   * what preparing it does
   */
  begin<Rsp extends Response>(call: CallToMake<Rsp>, options: CallOptions): Promise<Call<Rsp>> {
    // With the default deadline the write-stall timer is always first; and V8 keeps what the promise holds for long.
    if (!options.signal && options.deadlineMs === undefined)
      return this.#begin(call, options, () => undefined)
    return new Promise((resolve, reject) => {
      this.#begin(call, options, reject).then(resolve, reject)
    })
  }

  /** @param giveUp for a caller that stops while the request is under way; then it still ends in the background */
  async #begin<Rsp extends Response>(
    toMake: CallToMake<Rsp>,
    options: CallOptions,
    giveUp: (reason: Error) => void,
  ): Promise<Call<Rsp>> {
    const stop = new Stop(this.#deadlines, options)
    this.#outstanding++
    let inWindow = false
    let call = typeof toMake === 'function' ? undefined : toMake
    const over = (ending: Ending): void => {
      if (inWindow) this.#window.giveBack()
      call?.over?.()
      if (call) publishOperationEnded(this.channel.association, call.context, call.request, ending)
      this.#ended()
    }
    let invocation: Invocation
    try {
      requireTimeouts(options)
      call = typeof toMake === 'function' ? await this.#prepare(toMake, stop) : toMake
      await this.#window.take(stop)
      inWindow = true
      invocation = await this.#send(call, options, stop, giveUp)
    } catch (error) {
      stop.end()
      const why = stop.reason ?? (error as Error)
      over({ error: why })
      throw why
    }
    const begun = new Call<Rsp>({
      channel: this.channel,
      invocation,
      stop,
      responseType: call.responseType,
      cancelTimeoutMs: this.#cancelTimeoutMs,
      cancellable: cancellable.has(call.request.type),
      over,
    })
    stop.throwIfStopped()
    return begun
  }

  /** Waits no longer than the caller or the association; what then still comes of it is dropped. */
  #prepare<T>(prepare: () => Promise<T>, stop: Stop): Promise<T> {
    return new Promise((resolve, reject) => {
      stop.throwIfStopped()
      stop.onStop = reject
      this.#preparing.add(reject)
      const done = (): void => {
        stop.onStop = undefined
        this.#preparing.delete(reject)
      }
      prepare().finally(done).then(resolve, reject)
    })
  }

  async #send<Rsp extends Response>(
    { context, request, dataSet }: CallRequest<Rsp>,
    options: CallOptions,
    stop: Stop,
    giveUp: (reason: Error) => void,
  ) {
    await this.#wire.take(stop)
    try {
      // Nobody listened in the turn between the two.
      stop.throwIfStopped()
      stop.onStop = (reason) => {
        // Half a message cannot be taken back; one that is there whole has been handed over already.
        if (dataSet && 'read' in dataSet) this.channel.abort(reason)
        else giveUp(reason)
      }
      return await this.channel.invoke(context, request, dataSet, options)
    } finally {
      this.#wire.giveBack()
    }
  }

  #ended(): void {
    if (--this.#outstanding > 0) return
    const waiters = this.#idleWaiters
    this.#idleWaiters = []
    for (const resolve of waiters) resolve()
  }
}

function errorOf(end: AssociationEnd): Error {
  return end.kind === 'aborted' ? end.error : associationReleased('peer')
}

/** PS3.7 9.3.2.3, 9.3.3.3, 9.3.4.3 */
const cancellable: ReadonlySet<string> = new Set(['C-FIND-RQ', 'C-MOVE-RQ', 'C-GET-RQ'])
