import type { Connection } from './connection.ts'
import { UsageError } from './errors.ts'
import { requireSignal } from './require-options.ts'
import type { ConnectionRole } from './security-provider.ts'

/**
 * For a security provider: what JavaScript may leave out of a call of `upgrade()`. The connection is destroyed, as after any that failed
 * (clause 1).
 *
 * @throws UsageError `DCM_OPTION`
 */
export function requireUpgrade(
  connection: Connection,
  role: ConnectionRole,
  options: { readonly signal: AbortSignal } | undefined,
): AbortSignal {
  try {
    const given: unknown = role
    if (given !== 'acceptor' && given !== 'requestor')
      throw wrong('upgrade() needs a role, acceptor or requestor')
    if (options?.signal === undefined)
      throw wrong('upgrade() needs { signal }, which is the timer of the handshake')
    requireSignal(options.signal)
    return options.signal
  } catch (error) {
    connection.stream.destroy()
    throw error
  }
}

function wrong(message: string): UsageError {
  return new UsageError(message, { code: 'DCM_OPTION' })
}
