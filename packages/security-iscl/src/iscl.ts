import { type Connection, type ConnectionRole, requireUpgrade, type SecurityProvider } from '@dcm/transport'
import * as diagnostics from './diagnostics.ts'
import { IsclEngine } from './engine/iscl-engine.ts'
import { IsclError } from './iscl-error.ts'
import type { IsclOptions } from './iscl-options.ts'
import { isclSecurityContext } from './iscl-security-context.ts'
import { type ResolvedOptions, resolveOptions } from './resolve-options.ts'
import { discard } from './stream/discard.ts'
import { runHandshake } from './stream/run-handshake.ts'

/**
 * The ISCL-style layer as a security provider, for both roles. Experimental: prefer TLS.
 *
 * A failed upgrade destroys the connection and rejects with `IsclError`.
 *
 * @throws IsclConfigurationError
 */
export function iscl(options: IsclOptions): SecurityProvider {
  const resolved = resolveOptions(options)
  let acceptorHandshakes = 0
  return {
    profile: 'iscl',
    async upgrade(connection, role, given) {
      const signal = requireUpgrade(connection, role, given)
      if (role === 'requestor') return upgrade(connection, role, signal, resolved)
      const { maxConcurrentHandshakes } = resolved
      if (acceptorHandshakes >= maxConcurrentHandshakes)
        throw refuseForLoad(connection, maxConcurrentHandshakes)
      acceptorHandshakes++
      try {
        return await upgrade(connection, role, signal, resolved)
      } finally {
        acceptorHandshakes--
      }
    },
  }
}

async function upgrade(
  connection: Connection,
  role: ConnectionRole,
  signal: AbortSignal,
  options: ResolvedOptions,
): Promise<Connection> {
  const { local, remote } = connection
  try {
    const engine = createEngine(connection, role, options)
    const { stream, session } = await runHandshake(engine, connection, { signal, ...options })
    const security = isclSecurityContext(session)
    diagnostics.secured.publish({ role, remote, security } satisfies diagnostics.IsclSecuredMessage)
    return { stream, local, remote, security: [...connection.security, security] }
  } catch (cause) {
    discard(connection.stream)
    const error = cause instanceof IsclError ? cause : setUpError(cause)
    diagnostics.refused.publish({ role, remote, error } satisfies diagnostics.IsclRefusedMessage)
    throw error
  }
}

function createEngine(connection: Connection, role: ConnectionRole, options: ResolvedOptions): IsclEngine {
  const keys = options.keys()
  const peer = role === 'requestor' ? options.peer(connection, keys) : undefined
  return new IsclEngine({ ...options.engine, role, keys, ...(peer === undefined ? {} : { peer }) })
}

function refuseForLoad(connection: Connection, most: number): IsclError {
  discard(connection.stream)
  const message = `${String(most)} handshakes are under way, the most allowed`
  const error = new IsclError('LIMIT', message, { phase: 'line-connection', local: true })
  const { remote } = connection
  diagnostics.refused.publish({ role: 'acceptor', remote, error } satisfies diagnostics.IsclRefusedMessage)
  return error
}

/** The caller's key or peer function threw. */
function setUpError(cause: unknown): IsclError {
  return new IsclError('INTERNAL', 'the handshake could not be set up', {
    phase: 'line-connection',
    local: true,
    cause,
  })
}
