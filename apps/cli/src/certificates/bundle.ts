import { createPrivateKey, X509Certificate } from 'node:crypto'
import forge from 'node-forge'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Issued } from './issue.ts'

/** Of PBKDF2 and of the MAC: what OpenSSL 3 takes times five, and still at once for who has the password. */
const iterations = 10_000

/** A PKCS #12 bundle (RFC 7292) of a key, its certificate and the CA's; the key is encrypted with AES-256. @throws CliError */
export function bundle(
  { key, certificate }: Issued,
  authority: string,
  friendlyName: string,
  password: string,
): Buffer {
  if (!isRsaPair(key, certificate)) {
    throw new CliError(
      exitCodes.localFile,
      'DCM_NO_KEY_PAIR',
      `${friendlyName}.key.pem is not the unencrypted RSA key of the certificate in ${friendlyName}.pem.`,
    )
  }
  const { pki, pkcs12, asn1 } = forge
  const content = pkcs12.toPkcs12Asn1(
    pki.privateKeyFromPem(key),
    [pki.certificateFromPem(certificate), pki.certificateFromPem(authority)],
    password,
    { algorithm: 'aes256', count: iterations, saltSize: 16, friendlyName },
  )
  return Buffer.from(asn1.toDer(content).getBytes(), 'latin1')
}

function isRsaPair(key: string, certificate: string): boolean {
  try {
    const privateKey = createPrivateKey(key)
    return (
      privateKey.asymmetricKeyType === 'rsa' && new X509Certificate(certificate).checkPrivateKey(privateKey)
    )
  } catch {
    return false
  }
}
