import type { TcpOptions } from './tcp-options.ts'

/** What holds for the sockets of both sides, in the words of `node:net`. */
export function socketOptions(options: Required<TcpOptions>) {
  return {
    // The peer's end does not take back what it has not got yet; the layer above closes.
    allowHalfOpen: true,
    // An answer must not wait for the acknowledgement of the one before.
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: options.keepAliveInitialDelayMs,
  } as const
}
