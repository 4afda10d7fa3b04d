import type { Connection } from './connection.ts'
import { SecurityError, TimeoutError } from './errors.ts'
import { reportHandshakeFailure } from './handshake-failure.ts'
import { observeErrors } from './observe-errors.ts'
import type { SecuredOptions } from './secured-options.ts'
import type { ConnectionRole } from './security-provider.ts'
import { upgradeUntilAborted } from './upgrade-until-aborted.ts'

/** Why a listener ends a handshake whose place a newer connection needs. */
export const gaveWay = new Error('the handshake gave way to a newer connection')

/**
 * Takes a connection through all layers under one timer. On failure nothing of it is left, and the failure is reported, unless
 * it was the signal's, which is known to whoever aborted, or a probe's.
 *
 * @throws SecurityError, or the signal's reason when aborted.
 */
export async function runHandshakes(
  connection: Connection,
  role: ConnectionRole,
  options: Required<SecuredOptions>,
  signal: AbortSignal | undefined,
): Promise<Connection> {
  const { clock, handshakeTimeoutMs } = options
  const handshake = new AbortController()
  const onAbort = (): void => {
    handshake.abort(signal?.reason)
  }
  const timer = clock.setTimeout(() => {
    handshake.abort(new TimeoutError('handshake', handshakeTimeoutMs))
  }, handshakeTimeoutMs)
  if (signal?.aborted) onAbort()
  else signal?.addEventListener('abort', onAbort, { once: true })

  let current = connection
  let profile = ''
  try {
    observeErrors(current.stream)
    for (const provider of options.providers) {
      profile = provider.profile
      current = await upgradeUntilAborted(provider, current, role, handshake.signal)
    }
    return current
  } catch (cause) {
    current.stream.destroy()
    if (signal?.aborted && signal.reason !== gaveWay) throw signal.reason
    const error = securityError(profile, cause, handshake.signal)
    if (!isProbe(connection, role)) {
      reportHandshakeFailure(connection, role, error, options.onHandshakeFailure)
    }
    throw error
  } finally {
    clock.clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

/** A peer that connects, says nothing, and leaves, as a load balancer's: nothing failed that was ever begun. */
function isProbe({ stream }: Connection, role: ConnectionRole): boolean {
  const left = stream.readableEnded || stream.errored !== null
  return role === 'acceptor' && left && !stream.readableDidRead && stream.readableLength === 0
}

function securityError(profile: string, cause: unknown, { aborted, reason }: AbortSignal): SecurityError {
  if (aborted && reason instanceof TimeoutError) {
    const message = `the ${profile} handshake was not done when ${reason.message}`
    return new SecurityError(message, { code: 'DCM_HANDSHAKE_TIMEOUT', profile, cause: reason })
  }
  if (reason === gaveWay) {
    const message = `the ${profile} handshake gave way to a newer connection, as too many were under way`
    return new SecurityError(message, { code: 'DCM_HANDSHAKE_CROWDED_OUT', profile, cause: reason })
  }
  if (cause instanceof SecurityError) return cause
  return new SecurityError(`the ${profile} handshake failed`, {
    code: 'DCM_HANDSHAKE_FAILED',
    profile,
    cause,
  })
}
