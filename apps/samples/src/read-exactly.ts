import type { Readable } from 'node:stream'

const changes = ['readable', 'end', 'close', 'error'] as const

/** So many bytes and not one more: what follows stays in the stream. @throws Error when it ends before, the signal's reason */
export function readExactly(stream: Readable, length: number, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const bytes = stream.read(length) as Buffer | null
      if (bytes?.length === length) {
        stop()
        resolve(bytes)
      } else if (signal.aborted) {
        fail(signal.reason as Error)
      } else if (bytes !== null || stream.readableEnded || stream.destroyed) {
        // At the end of a stream `read` gives what there is.
        fail(new Error('the peer has gone'))
      }
    }
    const fail = (reason: Error): void => {
      stop()
      reject(reason)
    }
    const stop = (): void => {
      for (const change of changes) stream.off(change, look)
      signal.removeEventListener('abort', look)
    }
    // One listener all the time: a new one would be told of what is there already.
    for (const change of changes) stream.on(change, look)
    signal.addEventListener('abort', look)
    look()
  })
}
