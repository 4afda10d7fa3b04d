import { createCertificateAuthority, createRsaKey, inDays, type KeyAndCertificate } from './certificates.ts'
import { issueElliptic } from './elliptic-certificate.ts'

/** A hospital's certificates, good and bad. */
export interface Site {
  readonly ca: string
  readonly crl: string
  readonly server: KeyAndCertificate
  readonly ellipticServer: KeyAndCertificate
  readonly client: KeyAndCertificate
  readonly ellipticClient: KeyAndCertificate
  /** With the certificate of the CA between, whose own issuer is {@link ca}. */
  readonly departmentServer: KeyAndCertificate
  readonly departmentClient: KeyAndCertificate
  readonly departmentCa: string
  readonly expired: KeyAndCertificate
  readonly notYetValid: KeyAndCertificate
  readonly revoked: KeyAndCertificate
  readonly weak: KeyAndCertificate
  readonly sha1: KeyAndCertificate
  readonly serverOnly: KeyAndCertificate
  readonly clientOnly: KeyAndCertificate
  readonly otherHost: KeyAndCertificate
  readonly stranger: KeyAndCertificate
  readonly strangersCa: string
  readonly outdatedCrl: string
  readonly strangersCrl: string
}

const here = ['localhost', '127.0.0.1']

function make(): Site {
  const authority = createCertificateAuthority('Hospital CA')
  const strangers = createCertificateAuthority('Strangers CA')
  const department = authority.subordinate('Department CA')
  const key = createRsaKey(2048)
  const revoked = authority.issue({ commonName: 'revoked', names: here, key })
  return {
    ca: authority.certificate,
    crl: authority.revocationList([revoked]),
    server: authority.issue({ commonName: 'archive', names: here }),
    ellipticServer: issueElliptic(authority, 'archive-ec'),
    client: authority.issue({ commonName: 'modality', names: ['modality.example'] }),
    ellipticClient: issueElliptic(authority, 'modality-ec'),
    departmentServer: department.issue({ commonName: 'department-archive', names: here, key }),
    departmentClient: department.issue({ commonName: 'department-modality', key }),
    departmentCa: department.certificate,
    expired: authority.issue({
      commonName: 'expired',
      key,
      names: here,
      validFrom: inDays(-9),
      validTo: inDays(-2),
    }),
    notYetValid: authority.issue({
      commonName: 'early',
      key,
      names: here,
      validFrom: inDays(2),
      validTo: inDays(9),
    }),
    revoked,
    weak: authority.issue({ commonName: 'weak', names: here, key: createRsaKey(1024) }),
    sha1: authority.issue({ commonName: 'sha1', key, names: here, digest: 'sha1' }),
    serverOnly: authority.issue({ commonName: 'server-only', key, names: here, usage: 'server' }),
    clientOnly: authority.issue({ commonName: 'client-only', key, names: here, usage: 'client' }),
    otherHost: authority.issue({ commonName: 'elsewhere', key, names: ['elsewhere.example'] }),
    stranger: strangers.issue({ commonName: 'modality', names: here, key }),
    strangersCa: strangers.certificate,
    outdatedCrl: authority.revocationList([], inDays(-0.5)),
    strangersCrl: strangers.revocationList([]),
  }
}

/** Made once a run, as it takes a second; nobody changes it. */
export const site: Site = make()
