import type { Duplex } from 'node:stream'

/** Waits for a stream's end, good or bad. */
export function closed(stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    // closed turns true before its event is sent
    if (stream.closed) setImmediate(resolve)
    else stream.once('close', resolve)
  })
}
