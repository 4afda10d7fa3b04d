import { channel } from 'node:diagnostics_channel'
import type { ConnectionRole, NetworkAddress, SecurityContext, SecurityError } from '@dcm/transport'
import type { Expiring } from './expiring.ts'
import type { OwnCertificate } from './own-certificate.ts'

/** Published on `dcm:transport-tls:secured`: a handshake that ended well. */
export interface SecuredMessage {
  readonly role: ConnectionRole
  readonly remote: NetworkAddress
  readonly security: SecurityContext
}

/** Published on `dcm:transport-tls:anonymous`: a client was let in without a certificate, as `clientAuthentication: 'none'` says. */
export interface AnonymousMessage {
  readonly remote: NetworkAddress
}

/** Published on `dcm:transport-tls:refused`: a handshake that failed, with its reason. */
export interface RefusedMessage {
  readonly role: ConnectionRole
  readonly remote: NetworkAddress
  readonly error: SecurityError
}

/** Published on `dcm:transport-tls:rotated`: new credentials are in force for new handshakes. */
export interface RotatedMessage {
  readonly certificates: readonly OwnCertificate[]
}

/** Published on `dcm:transport-tls:expiry`, once for each part of our credentials and state. */
export interface ExpiryMessage {
  /** Our certificate, a CA that we believe, or a revocation list, without which everybody is refused. */
  readonly what: Expiring['what']
  /** Of a certificate its subject, of a list the CA that issued it. */
  readonly subject: string
  readonly validTo: Date
  readonly state: 'expiring' | 'expired'
}

export const secured = channel('dcm:transport-tls:secured')
export const anonymous = channel('dcm:transport-tls:anonymous')
export const refused = channel('dcm:transport-tls:refused')
export const rotated = channel('dcm:transport-tls:rotated')
export const expiry = channel('dcm:transport-tls:expiry')
