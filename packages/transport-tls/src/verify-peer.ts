import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { PeerIdentity } from '@dcm/transport'
import { weakness } from './certificate-strength.ts'
import type { TlsErrorCode } from './error-code.ts'
import { maySign } from './key-usage.ts'
import { tlsError } from './tls-error.ts'
import { chainOf, isAnchor, pathToAnchor } from './trust-anchor.ts'

export interface PeerRules {
  /** A peer without a certificate is let in, and has no identity. */
  readonly anonymousAllowed: boolean
  /** The CAs a chain may end at. */
  readonly anchors: readonly X509Certificate[]
  /**
   * Whether OpenSSL's word on the CAs between is not enough: when it may believe others than the anchors, or looks at no strength.
   * Node 24.21 and 26.8 hide these CAs from an acceptor (nodejs/node#65579); a peer below one is then refused, unless it is an anchor.
   */
  readonly pathRequired: boolean
  /** The name a server's certificate must carry; undefined for any. */
  readonly serverName?: string | undefined
  /** SHA-256 fingerprints, upper-case hex with colons; undefined for any trusted certificate. */
  readonly pinnedFingerprints?: readonly string[] | undefined
}

/**
 * Judges the peer's certificate after the handshake and before anybody above may read; OpenSSL is told to let the handshake pass,
 * since its own refusal loses the reason.
 *
 * @throws SecurityError for every certificate that is not proven good.
 */
export function verifyPeer(socket: TLSSocket, rules: PeerRules): PeerIdentity | undefined {
  const certificate = socket.getPeerX509Certificate()
  if (certificate === undefined) {
    if (rules.anonymousAllowed) return undefined
    throw tlsError('DCM_TLS_NO_CERTIFICATE', 'the peer showed no certificate; one is required')
  }
  const chain = chainOf(certificate)
  // Of whom OpenSSL refuses nothing is verified again: that would be twice the work, for strangers.
  const path = socket.authorized ? pathToAnchor(chain, rules.anchors) : undefined
  for (const link of path ?? chain) {
    const weak = weakness(link, rules.anchors)
    if (weak !== undefined) throw refusal('DCM_TLS_CERTIFICATE_WEAK', link, `has ${weak}`)
  }
  // OpenSSL asks for a CRL first, which nobody has of one who vouches for itself
  if (!socket.authorized && certificate.checkIssued(certificate) && !isAnchor(certificate, rules.anchors))
    throw refusal('DCM_TLS_CERTIFICATE_UNTRUSTED', certificate, 'is self-signed, and none of the CAs')
  if (!socket.authorized) throw chainRefusal(certificate, socket.authorizationError)
  if (!maySign(certificate)) {
    throw refusal('DCM_TLS_CERTIFICATE_PURPOSE', certificate, 'has a key that may not sign')
  }
  if (path === undefined && rules.pathRequired) {
    throw refusal(
      'DCM_TLS_CERTIFICATE_UNTRUSTED',
      certificate,
      'is not seen to hang on a CA of the credentials',
    )
  }
  if (rules.serverName !== undefined) requireServerName(certificate, rules.serverName)
  const { pinnedFingerprints: pins } = rules
  if (pins !== undefined && !pins.includes(certificate.fingerprint256)) {
    throw refusal('DCM_TLS_NOT_PINNED', certificate, `is not one of the ${String(pins.length)} pinned`)
  }
  return identityOf(certificate)
}

/** OpenSSL's verdicts that have a code of their own, on a certificate or one above it. */
const verdicts: Readonly<Record<string, readonly [TlsErrorCode, string]>> = {
  CERT_HAS_EXPIRED: ['DCM_TLS_CERTIFICATE_EXPIRED', 'has expired, or a CA above it'],
  CERT_NOT_YET_VALID: ['DCM_TLS_CERTIFICATE_NOT_YET_VALID', 'is not valid yet, or a CA above it'],
  CERT_REVOKED: ['DCM_TLS_CERTIFICATE_REVOKED', 'was revoked, or a CA above it'],
  INVALID_PURPOSE: ['DCM_TLS_CERTIFICATE_PURPOSE', 'is not for its side of TLS'],
  UNABLE_TO_GET_CRL: ['DCM_TLS_REVOCATION_UNKNOWN', 'is below a CA without a revocation list'],
  CRL_HAS_EXPIRED: ['DCM_TLS_REVOCATION_UNKNOWN', 'is below a CA whose revocation list has ended'],
  CRL_NOT_YET_VALID: ['DCM_TLS_REVOCATION_UNKNOWN', 'is below a CA whose revocation list is not valid yet'],
  CRL_SIGNATURE_FAILURE: [
    'DCM_TLS_REVOCATION_UNKNOWN',
    'is below a CA that has not signed its revocation list',
  ],
}

/** @types says Error; it is OpenSSL's word for the verdict. */
function chainRefusal(certificate: X509Certificate, verdict: unknown): Error {
  const word = typeof verdict === 'string' ? verdict : 'UNSPECIFIED'
  const [code, what] = verdicts[word] ?? [
    'DCM_TLS_CERTIFICATE_UNTRUSTED',
    'leads to no CA that is believed here',
  ]
  return refusal(code, certificate, `${what} (${word})`)
}

/** RFC 9525 6.3: only subject alternative names count, never the common name; a wildcard is a whole label, never a part of one. */
function requireServerName(certificate: X509Certificate, serverName: string): void {
  const named = isIP(serverName)
    ? certificate.checkIP(serverName)
    : certificate.checkHost(serverName, { subject: 'never', partialWildcards: false })
  if (named !== undefined) return
  const names = shortened(certificate.subjectAltName ?? 'no name')
  throw refusal('DCM_TLS_SERVER_NAME', certificate, `is for ${names}, and ${serverName} was called`)
}

function identityOf(certificate: X509Certificate): PeerIdentity {
  const { subjectAltName } = certificate
  return {
    kind: 'x509',
    name: nameOf(certificate),
    // Node joins them by commas, and quotes a name that has one
    ...(subjectAltName === undefined
      ? {}
      : {
          alternativeNames:
            subjectAltName.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g)?.map((name) => name.trim()) ?? [],
        }),
    fingerprint256: certificate.fingerprint256,
  }
}

function refusal(code: TlsErrorCode, certificate: X509Certificate, what: string): Error {
  return tlsError(code, `the certificate of ${shortened(nameOf(certificate))} ${what}`)
}

/** In a message, which goes to a log, in characters. A stranger's certificate may have a name of 40 000. */
const longestName = 256

function shortened(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName)}…` : name
}

function nameOf(certificate: X509Certificate): string {
  return certificate.subject.replaceAll('\n', ', ')
}
