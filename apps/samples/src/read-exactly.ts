import type { Readable } from 'node:stream'

/** So many bytes and not one more: what follows stays in the stream. @throws Error when it ends before, the signal's reason */
export async function readExactly(stream: Readable, length: number, signal: AbortSignal): Promise<Buffer> {
  for (;;) {
    signal.throwIfAborted()
    if (stream.readableEnded || stream.destroyed) throw new Error('the peer has gone')
    const bytes = stream.read(length) as Buffer | null
    if (bytes?.length === length) return bytes
    // At the end of a stream `read` gives what there is.
    if (bytes !== null) throw new Error('the peer has gone')
    await changed(stream, signal)
  }
}

/** Resolves when there is more to read, or never will be. */
function changed(stream: Readable, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      for (const event of ['readable', 'end', 'close', 'error']) stream.off(event, stop)
      signal.removeEventListener('abort', stop)
      resolve()
    }
    for (const event of ['readable', 'end', 'close', 'error']) stream.on(event, stop)
    signal.addEventListener('abort', stop)
  })
}
