import type { DataSetStream, Invocation } from '@dcm/dimse'
import type { WatchedHandler } from './handler-watch.ts'
import type { IncomingDataSet, ReverseInvocation } from './service-operation.ts'

/** A data set whose reader waits for the peer, and not the other way round. */
export class WatchedDataSet implements IncomingDataSet {
  readonly #dataSet: DataSetStream
  readonly #handler: WatchedHandler

  constructor(dataSet: DataSetStream, handler: WatchedHandler) {
    this.#dataSet = dataSet
    this.#handler = handler
  }

  get complete(): boolean {
    return this.#dataSet.complete
  }

  get unread(): boolean {
    return this.#dataSet.unread
  }

  read(): ReturnType<DataSetStream['read']> {
    return this.#handler.waitForPeer(this.#dataSet.read())
  }

  recycle(runs: readonly Uint8Array[]): void {
    this.#dataSet.recycle(runs)
  }

  discard(): void {
    this.#dataSet.discard()
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for (let runs = await this.read(); runs; runs = await this.read()) yield* runs
  }
}

/** An invocation whose responses the peer owes. */
export function watchedInvocation(invocation: Invocation, handler: WatchedHandler): ReverseInvocation {
  const next = (): ReturnType<Invocation['next']> => handler.waitForPeer(invocation.next())
  return {
    messageId: invocation.messageId,
    next,
    cancel: () => invocation.cancel(),
    async *[Symbol.asyncIterator]() {
      for (let response = await next(); response; response = await next()) yield response
    },
  }
}
