import type { Duplex } from 'node:stream'
import { TransportError } from '@dcm/transport'

/** Hands an engine's output to the stream below in one gathered write; `done` once the last of it is flushed, or failed. */
export function writeOutput(
  lower: Duplex,
  output: readonly Uint8Array[],
  done?: (error?: Error | null) => void,
): void {
  if (lower.destroyed || lower.writableEnded) {
    done?.(new TransportError('the connection below is closed', { code: 'DCM_CONNECTION_CLOSED' }))
    return
  }
  lower.cork()
  for (const [position, bytes] of output.entries()) {
    lower.write(bytes, position === output.length - 1 ? done : undefined)
  }
  lower.uncork()
}
