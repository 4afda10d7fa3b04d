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
