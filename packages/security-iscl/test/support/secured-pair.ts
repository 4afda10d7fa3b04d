import { iscl, type IsclOptions } from '@dcm/security-iscl'
import { memoryPair, type MemoryPairOptions } from '@dcm/testkit'
import type { Connection } from '@dcm/transport'
import { ACCEPTOR, keysFor, REQUESTOR } from './engine-pair.ts'

export type Overrides = Partial<IsclOptions>

export function acceptorOptions(more: Overrides = {}): IsclOptions {
  return { identity: ACCEPTOR, keys: keysFor(REQUESTOR), ...more }
}

export function requestorOptions(more: Overrides = {}): IsclOptions {
  return { identity: REQUESTOR, keys: keysFor(ACCEPTOR), ...more }
}

/** Never aborted. */
export const signal: AbortSignal = new AbortController().signal

export interface SecuredPair {
  readonly acceptor: Connection
  readonly requestor: Connection
  /** The streams below. */
  readonly below: readonly [Connection, Connection]
}

/** Both ends of a session in memory. */
export async function securedPair(
  options: { acceptor?: Overrides; requestor?: Overrides; wire?: MemoryPairOptions } = {},
): Promise<SecuredPair> {
  const below = memoryPair(options.wire)
  const [acceptor, requestor] = await Promise.all([
    iscl(acceptorOptions(options.acceptor)).upgrade(below[0], 'acceptor', { signal }),
    iscl(requestorOptions(options.requestor)).upgrade(below[1], 'requestor', { signal }),
  ])
  return { acceptor, requestor, below }
}

/** Why an upgrade was refused; a test that awaits it fails when it was not. */
export function refusal(upgrade: Promise<Connection>): Promise<unknown> {
  return upgrade.then(
    () => Promise.reject(new Error('the upgrade succeeded')),
    (error: unknown) => error,
  )
}

/** All that comes until the end. Not by `for await`, which would destroy the other direction too. */
export function readAll({ stream }: Connection): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  stream
    .on('data', (chunk: Uint8Array) => chunks.push(chunk))
    .on('end', () => {
      resolve(Buffer.concat(chunks))
    })
    .on('error', reject)
  return promise
}

/** One end for a provider, and a bare one for the test to misbehave with; a reset of the bare one is expected. */
export function bareAndRaw(): readonly [Connection, Connection] {
  const [bare, raw] = memoryPair()
  raw.stream.on('error', () => undefined)
  return [bare, raw]
}
