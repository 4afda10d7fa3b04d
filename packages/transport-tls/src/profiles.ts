import type { SecureVersion } from 'node:tls'

/** What one secure transport connection profile of PS3.15 Annex B allows on the wire. */
export interface TlsProfile {
  /** The standard's title, and where it stands. */
  readonly title: string
  readonly minVersion: SecureVersion
  readonly maxVersion: SecureVersion
  /** OpenSSL names, best first; the acceptor's order decides. */
  readonly cipherSuites: readonly string[]
  /** Key exchange groups, first choice first. P-256 leads: a peer that has only it answers without a second round. */
  readonly groups: readonly string[]
  /** OpenSSL's, https://docs.openssl.org/3.5/man3/SSL_CTX_set_security_level; undefined leaves Node's. */
  readonly securityLevel?: number
}

export type CertificateProfileName =
  'bcp195-rfc8996' | 'bcp195-rfc8996-modified' | 'bcp195-non-downgrading' | 'bcp195-extended'

export type TlsProfileName = CertificateProfileName | 'psk'

// level 2 refuses RSA below 2048 bits and SHA-1 in chains; it is Node 24's default and not Node 22's
const securityLevel = 2

const groups = ['P-256', 'X25519', 'P-384', 'P-521']

const tls13 = ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256']

// RFC 9325 4.2, recommended for TLS 1.2
const tls12 = [
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
]

// PS3.15 B.10 and B.11 ask for these; RFC 9325 advises against finite-field groups, so only the old profiles have them
const tls12FiniteField = ['DHE-RSA-AES256-GCM-SHA384', 'DHE-RSA-AES128-GCM-SHA256']

export const tlsProfiles = {
  'bcp195-rfc8996': {
    title: 'BCP 195 RFC 8996, 9325 TLS Secure Transport Connection Profile (PS3.15 B.12)',
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    cipherSuites: [...tls13, ...tls12],
    groups,
    securityLevel,
  },
  'bcp195-rfc8996-modified': {
    title: 'Modified BCP 195 RFC 8996, 9325 TLS Secure Transport Connection Profile (PS3.15 B.13)',
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    cipherSuites: [
      ...tls13,
      'TLS_AES_128_CCM_SHA256',
      'TLS_AES_128_CCM_8_SHA256',
      'ECDHE-ECDSA-AES256-GCM-SHA384',
      'ECDHE-RSA-AES256-GCM-SHA384',
      'ECDHE-ECDSA-AES256-CCM',
      'ECDHE-ECDSA-AES256-CCM8',
      'ECDHE-ECDSA-CHACHA20-POLY1305',
      'ECDHE-RSA-CHACHA20-POLY1305',
      'ECDHE-RSA-AES128-GCM-SHA256',
      'ECDHE-ECDSA-AES128-GCM-SHA256',
      'ECDHE-ECDSA-AES128-CCM',
      'ECDHE-ECDSA-AES128-CCM8',
    ],
    groups,
    // OpenSSL 3.2 and later lets CCM_8 in at level 0 only, for its short tag, and B.13 says shall; our own look at every
    // certificate of the chain stands in for the level
    securityLevel: 0,
  },
  'bcp195-non-downgrading': {
    title: 'Non-Downgrading BCP 195 TLS Secure Transport Connection Profile (PS3.15 B.10, retired)',
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    cipherSuites: [...tls13, ...tls12, ...tls12FiniteField],
    groups,
    securityLevel,
  },
  'bcp195-extended': {
    title: 'Extended BCP 195 TLS Profile (PS3.15 B.11, retired), without its optional Camellia suites',
    // B.11 lists its suites and allows no others, which leaves TLS 1.3 out
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.2',
    cipherSuites: [...tls12, ...tls12FiniteField],
    groups,
    securityLevel,
  },
  psk: {
    title: 'TLS 1.3 with external pre-shared keys (RFC 8446 2.2, RFC 9257); not a profile of PS3.15',
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    // an external key is bound to SHA-256 unless it says otherwise (RFC 8446 4.2.11)
    cipherSuites: ['TLS_AES_128_GCM_SHA256', 'TLS_CHACHA20_POLY1305_SHA256'],
    groups,
  },
} as const satisfies Record<TlsProfileName, TlsProfile>
