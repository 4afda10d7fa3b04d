import { subscribe } from 'node:diagnostics_channel'
import type { Logger } from 'pino'
import type { IsclSecuredMessage } from '@dcm/security-iscl'
import { formatAddress, type HandshakeFailure } from '@dcm/transport'
import type { AnonymousMessage, ExpiryMessage, RotatedMessage, SecuredMessage } from '@dcm/transport-tls'

export function logHandshakeFailures(logger: Logger): (failure: HandshakeFailure) => void {
  return ({ remote, error }) => {
    const fields = { err: error, profile: error.profile, remote: formatAddress(remote) }
    logger.warn(fields, 'connection refused by its security layer')
  }
}

/** What TLS has to say besides: who was proven, who came without a certificate, and how long our credentials are good. */
export function logTlsEvents(logger: Logger): void {
  subscribe('dcm:transport-tls:secured', (message) => {
    const { remote, security } = message as SecuredMessage
    const { protocol, cipherSuite, peer } = security
    const { name, fingerprint256 } = peer ?? {}
    logger.info(
      { remote: formatAddress(remote), protocol, cipherSuite, peer: name, fingerprint256 },
      'TLS handshake done',
    )
  })
  subscribe('dcm:transport-tls:anonymous', (message) => {
    const { remote } = message as AnonymousMessage
    logger.info({ remote: formatAddress(remote) }, 'TLS client without a certificate')
  })
  subscribe('dcm:transport-tls:rotated', (message) => {
    for (const { subject, fingerprint256, validTo } of (message as RotatedMessage).certificates)
      logger.info({ subject, fingerprint256, validTo }, 'TLS certificate in use')
  })
  subscribe('dcm:transport-tls:expiry', (message) => {
    const { what, subject, validTo, state } = message as ExpiryMessage
    logger.warn(
      { subject, validTo },
      `${parts[what]} ${state === 'expired' ? 'has expired' : 'expires soon'}`,
    )
  })
}

/** Who was proven. */
export function logIsclEvents(logger: Logger): void {
  subscribe('dcm:security-iscl:secured', (message) => {
    const { remote, security } = message as IsclSecuredMessage
    const { protocol, cipherSuite, peer } = security
    logger.info(
      { remote: formatAddress(remote), protocol, cipherSuite, peer: peer.name },
      'ISCL handshake done',
    )
  })
}

const parts = {
  certificate: 'our certificate',
  ca: 'a CA that we believe',
  crl: 'a revocation list, without which nobody below its CA is let in,',
} as const satisfies Record<ExpiryMessage['what'], string>
