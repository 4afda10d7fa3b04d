import type { X509Certificate } from 'node:crypto'
import { type DerElement, hex, inside, readDer } from './der.ts'
import { isAnchor } from './trust-anchor.ts'

/** RFC 9325 4.5 and PS3.15 B.13: RSA keys from here on. */
const minRsaBits = 2048
/** PS3.15 B.13: elliptic curve keys of 256 bits or more, on the curves of RFC 8422. */
const curves: readonly unknown[] = ['prime256v1', 'secp384r1', 'secp521r1']

// the values of OBJECT IDENTIFIERs, in hex as DER has them
const rsaPss = '2a864886f70d01010a'
const signatureAlgorithms: Record<string, string> = {
  '2a864886f70d01010b': 'sha256WithRSAEncryption',
  '2a864886f70d01010c': 'sha384WithRSAEncryption',
  '2a864886f70d01010d': 'sha512WithRSAEncryption',
  '2a8648ce3d040302': 'ecdsa-with-SHA256',
  '2a8648ce3d040303': 'ecdsa-with-SHA384',
  '2a8648ce3d040304': 'ecdsa-with-SHA512',
}
const sha2 = ['608648016503040201', '608648016503040202', '608648016503040203']

/** What is too weak about a certificate, or undefined. The signature on a CA that we hold ourselves proves nothing and is not looked at. */
export function weakness(
  certificate: X509Certificate,
  anchors: readonly X509Certificate[],
): string | undefined {
  return (
    keyWeakness(certificate) ?? (isAnchor(certificate, anchors) ? undefined : signatureWeakness(certificate))
  )
}

function keyWeakness(certificate: X509Certificate): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey
  if (type === 'rsa' || type === 'rsa-pss') {
    const bits = details?.modulusLength ?? 0
    return bits >= minRsaBits
      ? undefined
      : `an RSA key of ${String(bits)} bits; at least ${String(minRsaBits)}`
  }
  if (type === 'ec') {
    return curves.includes(details?.namedCurve)
      ? undefined
      : `a key on ${details?.namedCurve ?? 'an unnamed curve'}; allowed are P-256, P-384 and P-521`
  }
  return `a key of type ${type ?? 'unknown'}; allowed are RSA and EC`
}

/** RFC 5280 4.1: Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm SEQUENCE { OID, parameters }, signature } */
function signatureWeakness(certificate: X509Certificate): string | undefined {
  const [, algorithm] = inside(readDer(certificate.raw)[0])
  const [identifier, parameters] = inside(algorithm)
  const oid = hex(identifier)
  if (oid in signatureAlgorithms) return undefined
  if (oid === rsaPss && sha2.includes(pssDigest(parameters))) return undefined
  return `a signature by an algorithm (OID in DER ${oid}) older than SHA-256`
}

/** RFC 4055 3.1: RSASSA-PSS-params ::= SEQUENCE { [0] SEQUENCE { OID of the digest … } DEFAULT sha1, … } */
function pssDigest(parameters: DerElement | undefined): string {
  const [identifier] = inside(inside(parameters).find(({ tag }) => tag === 0xa0))
  return hex(inside(identifier)[0])
}
