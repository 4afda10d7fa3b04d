import type { DataSetStream, Invocation } from '@dcm/dimse'
import type { WatchedHandler } from './handler-watch.ts'
import type { IncomingDataSet, ReverseInvocation } from './service-operation.ts'

/** A data set whose reader waits for the peer, and not the other way round. */
export function watchedDataSet(dataSet: DataSetStream, handler: WatchedHandler): IncomingDataSet {
  const read = (): ReturnType<DataSetStream['read']> => handler.waitForPeer(dataSet.read())
  return {
    read,
    get complete() {
      return dataSet.complete
    },
    discard: () => {
      dataSet.discard()
    },
    async *[Symbol.asyncIterator]() {
      for (let runs = await read(); runs; runs = await read()) yield* runs
    },
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
