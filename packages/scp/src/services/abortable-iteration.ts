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
