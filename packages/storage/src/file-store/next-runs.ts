import type { IncomingObject } from '../object-store.ts'

/** The source's next runs, or a rejection with the signal's reason, even while the source is waiting for its peer. */
export function nextRuns({ dataSet, signal }: IncomingObject): Promise<readonly Uint8Array[] | undefined> {
  if (!signal) return dataSet.read()
  if (signal.aborted) return Promise.reject(abortReason(signal))
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      reject(abortReason(signal))
    }
    signal.addEventListener('abort', onAbort, { once: true })
    dataSet
      .read()
      .then(resolve, reject)
      .finally(() => {
        signal.removeEventListener('abort', onAbort)
      })
  })
}

export function throwIfAborted({ signal }: IncomingObject): void {
  if (signal?.aborted) throw abortReason(signal)
}

function abortReason(signal: AbortSignal): Error {
  const reason: unknown = signal.reason
  return reason instanceof Error ? reason : new Error('the object is no longer wanted', { cause: reason })
}
