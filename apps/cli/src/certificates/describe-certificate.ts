import { X509Certificate } from 'node:crypto'

/** What a person compares before trusting a certificate. */
export interface CertificateFacts {
  readonly subject: string
  readonly issuer: string
  readonly ca: boolean
  /** Host names and addresses. */
  readonly hosts: string
  readonly notBefore: string
  readonly notAfter: string
  /** From now; negative when it is over. */
  readonly daysLeft: number
  readonly fingerprint256: string
}

const dayMs = 86_400_000

/** Facts of each certificate of a PEM text; empty when there is none. */
export function describeCertificates(pem: string): CertificateFacts[] {
  return (pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []).map((block) => {
    const { subject, issuer, ca, subjectAltName, validFrom, validTo, fingerprint256 } = new X509Certificate(
      block,
    )
    const until = new Date(validTo)
    return {
      subject: subject.replaceAll('\n', ', '),
      issuer: issuer.replaceAll('\n', ', '),
      ca,
      hosts: subjectAltName ?? '',
      notBefore: new Date(validFrom).toISOString(),
      notAfter: until.toISOString(),
      daysLeft: Math.floor((until.getTime() - Date.now()) / dayMs),
      fingerprint256,
    }
  })
}
