import { channel } from 'node:diagnostics_channel'
import type { Connection } from './connection.ts'
import type { SecurityError } from './errors.ts'
import type { NetworkAddress } from './network-address.ts'
import type { ConnectionRole } from './security-provider.ts'

/** A connection that did not get through its security layers; it is gone. Published on `dcm:transport:handshake-failed`. */
export interface HandshakeFailure {
  /** Ours. */
  readonly role: ConnectionRole
  readonly local: NetworkAddress
  readonly remote: NetworkAddress
  /** Its `profile` names the layer. */
  readonly error: SecurityError
}

const failed = channel('dcm:transport:handshake-failed')

/** Whatever the hook does, the listener goes on. */
export function reportHandshakeFailure(
  { local, remote }: Connection,
  role: ConnectionRole,
  error: SecurityError,
  hook: (failure: HandshakeFailure) => void,
): void {
  const failure: HandshakeFailure = { role, local, remote, error }
  failed.publish(failure)
  try {
    hook(failure)
  } catch (thrown) {
    process.emitWarning(thrown instanceof Error ? thrown : String(thrown))
  }
}
