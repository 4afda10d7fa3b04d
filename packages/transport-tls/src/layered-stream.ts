import type { Duplex } from 'node:stream'

/**
 * A stream and, once there is one, the TLS socket on it. Only the upper one is ever destroyed, and takes the lower one along: Node
 * crashes when a TCP socket and the TLS socket on it are destroyed in the same turn.
 */
export class LayeredStream {
  readonly lower: Duplex
  #top: Duplex

  constructor(lower: Duplex) {
    this.lower = lower
    this.#top = lower
  }

  /** Puts `upper` on top. */
  cover(upper: Duplex): void {
    this.#top = upper
  }

  /** An error on its way does not end the process. */
  destroy(): void {
    const ignore = () => undefined
    const { lower } = this
    lower.on('error', ignore).once('close', () => lower.off('error', ignore))
    this.#top.destroy()
  }
}
