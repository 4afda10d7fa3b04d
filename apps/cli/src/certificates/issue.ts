import { generateKeyPair, randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import { promisify } from 'node:util'
import forge from 'node-forge'

/** RSA: every DICOM product that has TLS takes it. 3072 bits are good beyond 2030 (NIST SP 800-57 Part 1). */
const keyBits = 3072
/** Clocks of modalities are not exact. */
const backdatedMs = 3_600_000
const dayMs = 86_400_000

/** A private key and its certificate, PEM. */
export interface Issued {
  readonly key: string
  readonly certificate: string
}

export type Usage = 'ca' | 'server' | 'client'

export interface CertificateRequest {
  readonly usage: Usage
  /** Common name. */
  readonly name: string
  readonly days: number
  /** Host names and IP addresses under which a server is called. */
  readonly hosts: readonly string[]
}

/** Makes a key and a certificate for it, signed by `issuer`, or by itself where there is none. */
export async function issue(request: CertificateRequest, issuer?: Issued): Promise<Issued> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: keyBits,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey)
  certificate.serialNumber = serialNumber()
  certificate.validity.notBefore = new Date(Date.now() - backdatedMs)
  certificate.validity.notAfter = new Date(Date.now() + request.days * dayMs)
  const subject = [{ shortName: 'CN', value: request.name }]
  certificate.setSubject(subject)
  const issuerCertificate = issuer && forge.pki.certificateFromPem(issuer.certificate)
  certificate.setIssuer(issuerCertificate ? issuerCertificate.subject.attributes : subject)
  certificate.setExtensions(extensionsOf(request, issuerCertificate ?? certificate))
  certificate.sign(forge.pki.privateKeyFromPem(issuer?.key ?? privateKey), forge.md.sha256.create())
  return { key: privateKey, certificate: forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n') }
}

/** RFC 5280 4.1.2.2: a positive integer of at most 20 octets; 16 of them random make it unique. */
function serialNumber(): string {
  const bytes = randomBytes(17)
  bytes[0] = 1
  return bytes.toString('hex')
}

/** RFC 5280 4.2 */
function extensionsOf({ usage, hosts }: CertificateRequest, issuer: forge.pki.Certificate): object[] {
  const keyIdentifiers = [
    { name: 'subjectKeyIdentifier' },
    {
      name: 'authorityKeyIdentifier',
      keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes(),
    },
  ]
  if (usage === 'ca') {
    return [
      { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
      { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
      ...keyIdentifiers,
    ]
  }
  return [
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
    // An archive calls too, when it moves and reports.
    { name: 'extKeyUsage', serverAuth: usage === 'server', clientAuth: true },
    ...(hosts.length === 0 ? [] : [{ name: 'subjectAltName', altNames: hosts.map(alternativeName) }]),
    ...keyIdentifiers,
  ]
}

/** RFC 5280 4.2.1.6: 2 is dNSName, 7 iPAddress. */
function alternativeName(host: string): object {
  return isIP(host) ? { type: 7, ip: host } : { type: 2, value: host }
}
