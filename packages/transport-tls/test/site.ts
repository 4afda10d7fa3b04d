import { createCertificateAuthority, inDays, type KeyAndCertificate } from './certificates.ts'
import { issueElliptic } from './elliptic-certificate.ts'

/** A hospital's certificates, good and bad. Made once a run, as they take a second; nobody changes them. */
export interface Site {
  readonly ca: string
  readonly crl: string
  readonly server: KeyAndCertificate
  readonly ellipticServer: KeyAndCertificate
  readonly client: KeyAndCertificate
  readonly ellipticClient: KeyAndCertificate
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

let made: Site | undefined

export function site(): Site {
  made ??= make()
  return made
}

const here = ['localhost', '127.0.0.1']

function make(): Site {
  const authority = createCertificateAuthority('Hospital CA')
  const strangers = createCertificateAuthority('Strangers CA')
  const revoked = authority.issue({ commonName: 'revoked', names: here })
  return {
    ca: authority.certificate,
    crl: authority.revocationList([revoked]),
    server: authority.issue({ commonName: 'archive', names: here }),
    ellipticServer: issueElliptic(authority, 'archive-ec'),
    client: authority.issue({ commonName: 'modality', names: ['modality.example'] }),
    ellipticClient: issueElliptic(authority, 'modality-ec'),
    expired: authority.issue({
      commonName: 'expired',
      names: here,
      validFrom: inDays(-9),
      validTo: inDays(-2),
    }),
    notYetValid: authority.issue({
      commonName: 'early',
      names: here,
      validFrom: inDays(2),
      validTo: inDays(9),
    }),
    revoked,
    weak: authority.issue({ commonName: 'weak', names: here, rsaBits: 1024 }),
    sha1: authority.issue({ commonName: 'sha1', names: here, digest: 'sha1' }),
    serverOnly: authority.issue({ commonName: 'server-only', names: here, usage: 'server' }),
    clientOnly: authority.issue({ commonName: 'client-only', names: here, usage: 'client' }),
    otherHost: authority.issue({ commonName: 'elsewhere', names: ['elsewhere.example'] }),
    stranger: strangers.issue({ commonName: 'modality', names: here }),
    strangersCa: strangers.certificate,
    outdatedCrl: authority.revocationList([], inDays(-0.5)),
    strangersCrl: strangers.revocationList([]),
  }
}
