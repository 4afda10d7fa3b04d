import type { Duplex } from 'node:stream'

const ignore = (): void => undefined

/**
 * Keeps an error of a stream that nobody listens to from ending the process. It hides nothing: every other listener, and the
 * stream's close, still tell. A transport calls it on each stream before anything can go wrong with it.
 */
export function observeErrors(stream: Duplex): void {
  if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore)
}
