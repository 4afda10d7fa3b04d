import { isIP } from 'node:net'
import { createSecureContext, type SecureContextOptions, type TlsOptions } from 'node:tls'
import type { Connection } from '@dcm/transport'
import { AcceptorHandshakes } from './acceptor-handshakes.ts'
import { contextOptions, minDheBits } from './context-options.ts'
import type { CertificateCredentials, TlsIdentity } from './credentials.ts'
import { expiringParts } from './expiring.ts'
import type { Generation } from './generation.ts'
import { ownCertificate } from './own-certificate.ts'
import { certificatesIn, pemText, pemTexts } from './pem.ts'
import type { TlsProfile } from './profiles.ts'
import { requireCertificateCredentials } from './require-credentials.ts'
import { revocationListsIn } from './revocation-lists.ts'
import { tlsError } from './tls-error.ts'
import { verifyPeer } from './verify-peer.ts'

/** The protocol's name in the IANA registry of ALPN identifiers. */
const applicationProtocols = ['dicom']

export interface CertificatePolicy {
  readonly clientAuthentication: 'required' | 'none'
  /** Undefined: the host that was called; false: any name. */
  readonly serverName?: string | false | undefined
  readonly pinnedFingerprints?: readonly string[] | undefined
}

/** @throws when the credentials cannot be used: wrong passphrase, key of another certificate, weak key, no CA, … */
export function certificateGeneration(
  credentials: CertificateCredentials,
  profile: TlsProfile,
  policy: CertificatePolicy,
): Generation {
  requireCertificateCredentials(credentials)
  const ca = pemTexts(credentials.ca)
  const anchors = ca.flatMap(certificatesIn)
  if (anchors.length === 0)
    throw tlsError('DCM_TLS_CREDENTIALS', 'ca holds no certificate; at least one is needed')
  const { identities } = credentials
  const certificates = identities.map(ownCertificate)
  const lists = pemTexts(credentials.crl ?? []).flatMap(revocationListsIn)
  // without a list OpenSSL would look for no revocation
  if (credentials.crl !== undefined && lists.length === 0)
    throw tlsError('DCM_TLS_CREDENTIALS', 'crl is given and holds no revocation list')
  const trust: SecureContextOptions = {
    ...contextOptions(profile),
    ca: [...ca],
    ...(credentials.crl === undefined ? {} : { crl: lists.map(({ pem }) => pem) }),
  }
  // a bundle's CAs join those that OpenSSL believes, see pathToAnchor(); below level 2 it lets weak CAs pass
  const pathRequired = identities.some((identity) => 'pkcs12' in identity) || (profile.securityLevel ?? 0) < 2
  const mutual = policy.clientAuthentication === 'required'
  const context = { ...trust, ...identityOptions(identities) }
  // made now, so that credentials that cannot be used are refused when they are loaded
  const secureContext = createSecureContext(context)
  const requestorContext = mutual ? secureContext : createSecureContext(trust)
  const handshakes = new AcceptorHandshakes(acceptorOptions(context, mutual))
  const requireIdentity = () => {
    if (identities.length === 0)
      throw tlsError('DCM_TLS_CREDENTIALS', 'the credentials hold no identity to show')
  }

  return {
    certificates,
    expiring: expiringParts(certificates, anchors, lists),
    async accept(layers) {
      requireIdentity()
      return handshakes.run(layers)
    },
    requestorOptions(connection) {
      if (mutual) requireIdentity()
      const name = expectedName(connection, policy)
      return {
        secureContext: requestorContext,
        ALPNProtocols: applicationProtocols,
        minDHSize: minDheBits,
        rejectUnauthorized: false, // verifyPeer() judges, and keeps the reason
        checkServerIdentity: () => undefined,
        // the server name indication is for names only (RFC 6066 3)
        ...(name === undefined || isIP(name) !== 0 ? {} : { servername: name }),
      }
    },
    verify(socket, role, connection) {
      return verifyPeer(socket, {
        anchors,
        pathRequired,
        anonymousAllowed: role === 'acceptor' && !mutual,
        serverName: role === 'requestor' ? expectedName(connection, policy) : undefined,
        pinnedFingerprints: policy.pinnedFingerprints,
      })
    },
  }
}

function acceptorOptions(context: SecureContextOptions, mutual: boolean): TlsOptions {
  return {
    ...context,
    ALPNProtocols: applicationProtocols,
    requestCert: mutual,
    rejectUnauthorized: false, // verifyPeer() judges, and keeps the reason
    handshakeTimeout: 0, // the caller's signal is the handshake timer
  }
}

function identityOptions(identities: readonly TlsIdentity[]): SecureContextOptions {
  const key: { pem: string; passphrase?: string }[] = []
  const cert: string[] = []
  const pfx: { buf: Buffer; passphrase?: string }[] = []
  for (const identity of identities) {
    const opener = identity.passphrase === undefined ? {} : { passphrase: identity.passphrase }
    if ('pkcs12' in identity) {
      pfx.push({ buf: Buffer.from(identity.pkcs12), ...opener })
    } else {
      key.push({ pem: pemText(identity.key), ...opener })
      cert.push(pemText(identity.certificate))
    }
  }
  return { ...(key.length > 0 ? { key, cert } : {}), ...(pfx.length > 0 ? { pfx } : {}) }
}

function expectedName(connection: Connection, policy: CertificatePolicy): string | undefined {
  if (policy.serverName === false) return undefined
  if (policy.serverName !== undefined) return policy.serverName
  if ('host' in connection.remote) return connection.remote.host
  throw tlsError(
    'DCM_TLS_SERVER_NAME',
    `no host was called but ${connection.remote.path}; give serverName, the name in the server's certificate`,
  )
}
