import { constants } from 'node:crypto'
import type { SecureContextOptions } from 'node:tls'
import type { TlsProfile } from './profiles.ts'

/** DHE below this many bits is refused by a requestor (PS3.15 B.11, B.13). */
export const minDheBits = 2048

// SHA-2 only (RFC 9325 4.5); RSA keys as PSS for TLS 1.3 and as PKCS #1 for the installed base of TLS 1.2
const signatureAlgorithms = [
  'ecdsa_secp256r1_sha256',
  'ecdsa_secp384r1_sha384',
  'ecdsa_secp521r1_sha512',
  'rsa_pss_rsae_sha256',
  'rsa_pss_rsae_sha384',
  'rsa_pss_rsae_sha512',
  'rsa_pkcs1_sha256',
  'rsa_pkcs1_sha384',
  'rsa_pkcs1_sha512',
]

/** A profile as OpenSSL wants it. Every option stands here, since Node's defaults can be changed for a whole process. */
export function contextOptions(profile: TlsProfile): SecureContextOptions {
  const { securityLevel } = profile
  const level = securityLevel === undefined ? [] : [`@SECLEVEL=${String(securityLevel)}`]
  return {
    minVersion: profile.minVersion,
    maxVersion: profile.maxVersion,
    ciphers: [...profile.cipherSuites, ...level].join(':'),
    honorCipherOrder: true,
    ecdhCurve: profile.groups.join(':'),
    sigalgs: signatureAlgorithms.join(':'),
    // without parameters the DHE suites are silently never chosen; 'auto' takes 2048 bits or what the key's strength asks
    ...(profile.cipherSuites.some((suite) => suite.startsWith('DHE-')) ? { dhparam: 'auto' as const } : {}),
    // no resumption, as a resumed session skips the certificate; no renegotiation; no compression
    secureOptions:
      constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION | constants.SSL_OP_NO_COMPRESSION,
  }
}
