import type { Duplex } from 'node:stream'
import { type Clock, type Connection, TimeoutError } from '@dcm/transport'
import type { IsclEngine } from '../engine/iscl-engine.ts'
import type { IsclEvent, IsclSession } from '../engine/iscl-event.ts'
import { SUITES } from '../engine/suite.ts'
import type { IsclError } from '../iscl-error.ts'
import { discard } from './discard.ts'
import { IsclStream } from './iscl-stream.ts'
import { writeOutput } from './write-output.ts'

export interface HandshakeWait {
  readonly signal: AbortSignal
  readonly handshakeTimeoutMs: number
  readonly clock: Clock
}

/** Runs a handshake to its secured stream, or destroys the stream below and rejects with an `IsclError`. */
export function runHandshake(
  engine: IsclEngine,
  { stream: lower, recycle }: Pick<Connection, 'stream' | 'recycle'>,
  { signal, handshakeTimeoutMs, clock }: HandshakeWait,
): Promise<{ readonly stream: Duplex; readonly session: IsclSession }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ stream: Duplex; session: IsclSession }>()

  const take = (events: readonly IsclEvent[]) => {
    writeOutput(lower, engine.takeOutput())
    const [first, ...rest] = events
    if (first?.type === 'failed') fail(first.error)
    if (first?.type !== 'established') return
    lower.pause()
    stop()
    const { session } = first
    const { confidential } = SUITES[session.suite]
    resolve({ stream: new IsclStream(engine, lower, rest, { confidential, recycle }), session })
  }
  const fail = (error: IsclError) => {
    writeOutput(lower, engine.takeOutput())
    stop()
    discard(lower)
    reject(error)
  }
  const onData = (chunk: Uint8Array) => {
    take(engine.receive(chunk))
  }
  const onEnd = () => {
    take(engine.receiveEnd())
  }
  const onLost = (cause?: unknown) => {
    fail(engine.abort('TRUNCATED', 'the connection was lost in the handshake', cause))
  }
  const onAbort = () => {
    fail(engine.abort('CLOSED', 'the handshake was ended by its signal', signal.reason))
  }
  const timer = clock.setTimeout(() => {
    const cause = new TimeoutError('handshake', handshakeTimeoutMs)
    const message = `the ISCL handshake did not end within ${String(handshakeTimeoutMs)} ms`
    fail(engine.abort('TIMEOUT', message, cause))
  }, handshakeTimeoutMs)
  const stop = () => {
    clock.clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    lower.off('data', onData).off('end', onEnd).off('error', onLost).off('close', onLost)
  }

  signal.addEventListener('abort', onAbort, { once: true })
  lower.on('end', onEnd).on('error', onLost).on('close', onLost)
  if (engine.failure !== undefined) fail(engine.failure)
  else if (signal.aborted) onAbort()
  else if (lower.destroyed) onLost(lower.errored ?? undefined)
  else if (lower.readableEnded) onEnd()
  else {
    lower.on('data', onData).resume()
    writeOutput(lower, engine.takeOutput())
  }
  return promise
}
