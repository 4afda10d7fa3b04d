import forge from 'node-forge'
import type { Issued } from './issue.ts'

/** Of PBKDF2 and of the MAC: what OpenSSL 3 takes times five, and still at once for who has the password. */
const iterations = 10_000

/** A PKCS #12 bundle (RFC 7292) of a key, its certificate and the CA's; the key is encrypted with AES-256. */
export function bundle(
  { key, certificate }: Issued,
  authority: string,
  friendlyName: string,
  password: string,
): Buffer {
  const { pki, pkcs12, asn1 } = forge
  const content = pkcs12.toPkcs12Asn1(
    pki.privateKeyFromPem(key),
    [pki.certificateFromPem(certificate), pki.certificateFromPem(authority)],
    password,
    { algorithm: 'aes256', count: iterations, saltSize: 16, friendlyName },
  )
  return Buffer.from(asn1.toDer(content).getBytes(), 'latin1')
}
