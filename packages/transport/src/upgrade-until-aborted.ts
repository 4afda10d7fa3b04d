import type { Connection } from './connection.ts'
import { SecurityError } from './errors.ts'
import { observeErrors } from './observe-errors.ts'
import type { ConnectionRole, SecurityProvider } from './security-provider.ts'

/** One layer's upgrade; an abort ends it even when the provider does not listen. */
export async function upgradeUntilAborted(
  provider: SecurityProvider,
  connection: Connection,
  role: ConnectionRole,
  signal: AbortSignal,
): Promise<Connection> {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => {
    // By the next turn a provider that keeps the contract has cleaned up and rejected, with more to say than we have.
    setImmediate(aborted.reject, signal.reason)
  }
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([aborted.promise, upgrade(provider, connection, role, signal)])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** Holds the provider to the contract: what comes too late is destroyed, and what has no context of the layer (clause 8). */
async function upgrade(
  provider: SecurityProvider,
  connection: Connection,
  role: ConnectionRole,
  signal: AbortSignal,
): Promise<Connection> {
  const upgraded = await provider.upgrade(connection, role, { signal })
  // Also of one that nobody will see: what its destroy() says would end the process.
  observeErrors(upgraded.stream)
  if (!signal.aborted && upgraded.security.length === connection.security.length + 1) return upgraded
  upgraded.stream.destroy()
  signal.throwIfAborted()
  const { profile } = provider
  throw new SecurityError(`the ${profile} layer returned a connection without its security context`, {
    code: 'DCM_SECURITY_SKIPPED',
    profile,
  })
}
