import type { X509Certificate } from 'node:crypto'

/** Certificates that are looked at here; real chains have two or three. */
const maxChainLength = 10

/** The certificates a peer sent, its own first, each the issuer of the one before. */
export function chainOf(certificate: X509Certificate): readonly X509Certificate[] {
  const chain: X509Certificate[] = []
  let next: X509Certificate | undefined = certificate
  while (next !== undefined && chain.length < maxChainLength) {
    chain.push(next)
    next = next.issuerCertificate
  }
  return chain
}

/**
 * The part of a chain that leads to one of `anchors`, and that one; undefined when none does. OpenSSL has judged the chain already;
 * this second look is for PKCS #12 bundles, as Node puts the CAs in them into the trust store beside the ones that were asked for.
 */
export function pathToAnchor(
  chain: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
): readonly X509Certificate[] | undefined {
  for (const [index, certificate] of chain.entries()) {
    const subject = chain[index - 1]
    if (subject !== undefined && !issued(certificate, subject)) return undefined
    if (isAnchor(certificate, anchors)) return chain.slice(0, index + 1)
    const anchor = anchors.find((one) => issued(one, certificate))
    if (anchor !== undefined) return [...chain.slice(0, index + 1), anchor]
  }
  return undefined
}

export function isAnchor(certificate: X509Certificate, anchors: readonly X509Certificate[]): boolean {
  return anchors.some(({ fingerprint256 }) => fingerprint256 === certificate.fingerprint256)
}

function issued(issuer: X509Certificate, subject: X509Certificate): boolean {
  return subject.checkIssued(issuer) && subject.verify(issuer.publicKey)
}
