import type { X509Certificate } from 'node:crypto'
import type { OwnCertificate } from './own-certificate.ts'
import type { RevocationList } from './revocation-lists.ts'

/** Something of our credentials that ends. Without it others refuse us (`certificate`), or we refuse them (`ca`, `crl`). */
export interface Expiring {
  readonly what: 'certificate' | 'ca' | 'crl'
  /** Of a certificate its subject, of a list the CA that issued it. */
  readonly subject: string
  readonly validFrom: Date
  readonly validTo: Date
}

export function expiringParts(
  certificates: readonly OwnCertificate[],
  anchors: readonly X509Certificate[],
  lists: readonly RevocationList[],
): readonly Expiring[] {
  return [
    ...certificates.map((certificate) => ({ what: 'certificate' as const, ...certificate })),
    ...anchors.map(({ subject, validFromDate, validToDate }) => ({
      what: 'ca' as const,
      subject: subject.replaceAll('\n', ', '),
      validFrom: validFromDate,
      validTo: validToDate,
    })),
    ...lists.flatMap(({ issuer, thisUpdate, nextUpdate }) =>
      nextUpdate === undefined
        ? []
        : [{ what: 'crl' as const, subject: issuer, validFrom: thisUpdate, validTo: nextUpdate }],
    ),
  ]
}
