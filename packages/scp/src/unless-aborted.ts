/** Settles as the promise does, or rejects with the signal's reason as soon as that fires. What the promise then does is nobody's. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error)
    }
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    const settle =
      <V>(how: (value: V) => void) =>
      (value: V): void => {
        signal.removeEventListener('abort', abort)
        how(value)
      }
    promise.then(settle(resolve), settle<Error>(reject))
  })
}

/**
 * The next of an iteration; rejects with the signal's reason as soon as that fires, while the iteration goes on waiting. What it
 * then fails with goes to `late`, unless it is that reason.
 */
export function nextUnlessAborted<T>(
  iterator: AsyncIterator<T> | Iterator<T>,
  signal: AbortSignal,
  late: (error: unknown) => void,
): Promise<IteratorResult<T>> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const abort = (): void => {
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', abort, { once: true })
    const next = async (): Promise<IteratorResult<T>> => {
      try {
        return await iterator.next()
      } catch (error) {
        if (signal.aborted && error !== signal.reason) late(error)
        throw error
      } finally {
        signal.removeEventListener('abort', abort)
      }
    }
    next().then(resolve, reject)
  })
}

/** Ends an iteration that nobody waits for any more, though it may wait for something still. What that fails with goes to `late`. */
export function abandon(
  iterator: AsyncIterator<unknown> | Iterator<unknown>,
  late: (error: unknown) => void,
): void {
  const close = async (): Promise<void> => {
    await iterator.return?.()
  }
  close().catch(late)
}
