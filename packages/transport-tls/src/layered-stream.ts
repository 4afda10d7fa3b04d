import type { Duplex } from 'node:stream'

/**
 * A stream and, once there is one, the TLS socket on it. Only the upper one is ever destroyed, and takes the lower one along: Node
 * 22 and 24 crash when a TCP socket and the TLS socket on it are destroyed in the same turn, in this order.
 */
export class LayeredStream {
  readonly lower: Duplex
  #top: Duplex

  constructor(lower: Duplex) {
    this.lower = lower
    this.#top = lower
  }

  /** Puts `upper` on top. Whoever still holds the lower one and destroys it, destroys `upper`. */
  cover(upper: Duplex): void {
    this.#top = upper
    const { lower } = this
    const destroyLower = lower.destroy.bind(lower)
    lower.destroy = (error) => {
      if (upper.destroyed) return destroyLower(error)
      upper.destroy(error)
      return lower
    }
  }

  /** An error on its way does not end the process. */
  destroy(): void {
    const ignore = () => undefined
    const { lower } = this
    lower.on('error', ignore).once('close', () => lower.off('error', ignore))
    this.#top.destroy()
  }
}
