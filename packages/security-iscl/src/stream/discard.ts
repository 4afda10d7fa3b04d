import type { Duplex } from 'node:stream'

/** Destroys a stream that is of no use any more; an error on its way is kept from ending the process. */
export function discard(stream: Duplex): void {
  if (stream.closed) return
  stream.on('error', ignore).once('close', () => stream.off('error', ignore))
  stream.destroy()
}

function ignore(): void {
  // What mattered has been reported.
}
