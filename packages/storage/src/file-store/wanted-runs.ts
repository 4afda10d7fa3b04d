import type { IncomingObject } from '../object-store.ts'

/** An object's data set as long as it is wanted: whoever waits for its peer then waits no longer. */
export class WantedRuns {
  readonly #dataSet: IncomingObject['dataSet']
  readonly #signal: AbortSignal | undefined
  #stopWaiting: ((reason: Error) => void) | undefined

  readonly #abort = (): void => {
    this.#stopWaiting?.(this.#reason)
  }

  constructor({ dataSet, signal }: IncomingObject) {
    this.#dataSet = dataSet
    this.#signal = signal
    // One listener for the object: they cost more than to read.
    signal?.addEventListener('abort', this.#abort, { once: true })
  }

  /** As the source's `read()`; rejects with the signal's reason when that has fired. */
  next(): Promise<readonly Uint8Array[] | undefined> {
    if (!this.#signal) return this.#dataSet.read()
    if (this.#signal.aborted) return Promise.reject(this.#reason)
    return new Promise((resolve, reject) => {
      this.#stopWaiting = reject
      this.#dataSet.read().then(resolve, reject)
    })
  }

  recycle(runs: readonly Uint8Array[]): void {
    this.#dataSet.recycle?.(runs)
  }

  throwIfAborted(): void {
    if (this.#signal?.aborted) throw this.#reason
  }

  /** Nobody waits any more. */
  end(): void {
    this.#signal?.removeEventListener('abort', this.#abort)
  }

  get #reason(): Error {
    const reason: unknown = this.#signal?.reason
    return reason instanceof Error ? reason : new Error('the object is no longer wanted', { cause: reason })
  }
}
