import type { Connection, NetworkAddress } from '@dcm/transport'
import { MemoryStream } from './memory-stream.ts'

export interface MemoryPairOptions {
  /** Hands bytes over in pieces of at most this many, 1 or more; default as they were written. */
  readonly chunkBytes?: number
}

/**
 * Two ends of a connection in memory, half-open as TCP is: the end of one side is an `end` at the other, a destroyed side
 * resets it, and a side that does not read makes the other's writes wait. No timers.
 */
export function memoryPair(options: MemoryPairOptions = {}): readonly [Connection, Connection] {
  return connectedPair({ host: 'memory', port: 1 }, { host: 'memory', port: 2 }, options)
}

/** The ends at these addresses. */
export function connectedPair(
  one: NetworkAddress,
  other: NetworkAddress,
  { chunkBytes = Infinity }: MemoryPairOptions,
): readonly [Connection, Connection] {
  const [left, right] = MemoryStream.pair(chunkBytes)
  return [
    { stream: left, local: one, remote: other, security: [] },
    { stream: right, local: other, remote: one, security: [] },
  ]
}
