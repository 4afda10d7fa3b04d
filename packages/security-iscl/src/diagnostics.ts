import { channel } from 'node:diagnostics_channel'
import type { ConnectionRole, NetworkAddress } from '@dcm/transport'
import type { IsclError } from './iscl-error.ts'
import type { IsclSecurityContext } from './iscl-security-context.ts'

/** Published on `dcm:security-iscl:secured`: a handshake that ended well. */
export interface IsclSecuredMessage {
  readonly role: ConnectionRole
  readonly remote: NetworkAddress
  readonly security: IsclSecurityContext
}

/** Published on `dcm:security-iscl:refused`: a handshake that failed. The message says more than the peer was told. */
export interface IsclRefusedMessage {
  readonly role: ConnectionRole
  readonly remote: NetworkAddress
  readonly error: IsclError
}

export const secured = channel('dcm:security-iscl:secured')
export const refused = channel('dcm:security-iscl:refused')
