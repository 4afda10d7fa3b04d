import { generateKeyPairSync, randomBytes } from 'node:crypto'
import forge from 'node-forge'
import { revocationListPem } from './revocation-list.ts'

/** A private key with its certificate, as PEM. */
export interface KeyAndCertificate {
  readonly key: string
  readonly certificate: string
}

interface IssueOptions {
  readonly commonName: string
  /** What it may be used for; default both. */
  readonly usage?: 'client' | 'server'
  /** DNS names; an IPv4 or IPv6 address becomes an IP name. */
  readonly names?: readonly string[]
  /** Its RSA key, as PEM; default a new one of 2048 bits. */
  readonly key?: string
  readonly digest?: 'sha1' | 'sha256'
  /** The only thing its key may do; default what TLS needs. */
  readonly keyUsage?: 'keyEncipherment' | 'cRLSign'
  /** Default yesterday. */
  readonly validFrom?: Date
  /** Default in 30 days. */
  readonly validTo?: Date
}

export interface CertificateAuthority {
  readonly certificate: string
  readonly key: string
  issue(options: IssueOptions): KeyAndCertificate
  /** A CA below this one; the certificates it issues bring its own along. */
  subordinate(commonName: string, weak?: Pick<IssueOptions, 'key' | 'digest'>): CertificateAuthority
  /** One that issues certificates below this CA, though its own does not make it a CA. */
  issuerWithoutCaFlag(commonName: string): CertificateAuthority
  /** A list of what was revoked, current from `thisUpdate` until `nextUpdate`, by default yesterday and tomorrow. */
  revocationList(revoked: readonly KeyAndCertificate[], nextUpdate?: Date, thisUpdate?: Date): string
}

const dayMs = 86_400_000

export function inDays(days: number): Date {
  return new Date(Date.now() + days * dayMs)
}

/** A private CA, good for tests and first trials: it lives in memory and its key is not protected. */
export function createCertificateAuthority(commonName: string): CertificateAuthority {
  const key = createRsaKey(2048)
  const root = authorityCertificate(commonName, key)
  root.setIssuer(root.subject.attributes)
  root.sign(forge.pki.privateKeyFromPem(key), forge.md.sha256.create())
  return authorityOf(root, key, '')
}

/** @param chain PEM of the CAs between this one and the first, this one included */
function authorityOf(issuer: forge.pki.Certificate, key: string, chain: string): CertificateAuthority {
  const signer = forge.pki.privateKeyFromPem(key)
  return {
    certificate: forge.pki.certificateToPem(issuer),
    key,
    issue(options) {
      const { usage, names = [], digest = 'sha256', key: ownKey = createRsaKey(2048) } = options
      const certificate = certificateOf(options.commonName, publicKeyOf(ownKey), options)
      certificate.setIssuer(issuer.subject.attributes)
      certificate.setExtensions([
        { name: 'basicConstraints', cA: false },
        {
          name: 'keyUsage',
          ...(options.keyUsage
            ? { [options.keyUsage]: true }
            : { digitalSignature: true, keyEncipherment: true }),
          critical: true,
        },
        { name: 'extKeyUsage', serverAuth: usage !== 'client', clientAuth: usage !== 'server' },
        ...(names.length === 0 ? [] : [{ name: 'subjectAltName', altNames: names.map(alternativeName) }]),
      ])
      certificate.sign(signer, forge.md[digest].create())
      return { key: ownKey, certificate: forge.pki.certificateToPem(certificate) + chain }
    },
    subordinate(name, { key: ownKey = createRsaKey(2048), digest = 'sha256' } = {}) {
      const certificate = authorityCertificate(name, ownKey)
      certificate.setIssuer(issuer.subject.attributes)
      certificate.sign(signer, forge.md[digest].create())
      return authorityOf(certificate, ownKey, forge.pki.certificateToPem(certificate) + chain)
    },
    issuerWithoutCaFlag(name) {
      const { key: ownKey, certificate } = this.issue({ commonName: name })
      return authorityOf(forge.pki.certificateFromPem(certificate), ownKey, certificate)
    },
    revocationList(revoked, nextUpdate = inDays(1), thisUpdate = inDays(-1)) {
      const serialNumbers = revoked.map((one) => forge.pki.certificateFromPem(one.certificate).serialNumber)
      return revocationListPem(issuer, signer, serialNumbers, nextUpdate, thisUpdate)
    },
  }
}

function authorityCertificate(commonName: string, key: string): forge.pki.Certificate {
  const certificate = certificateOf(commonName, publicKeyOf(key), {})
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ])
  return certificate
}

/** Node makes the key, in a third of forge's time. */
export function createRsaKey(modulusLength: number): string {
  return generateKeyPairSync('rsa', {
    modulusLength,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }).privateKey
}

/** A PKCS #12 bundle, encrypted with AES-256. */
export function pkcs12(
  of: KeyAndCertificate,
  authorities: readonly string[],
  passphrase: string,
): Uint8Array {
  const chain = [of.certificate, ...authorities].map((pem) => forge.pki.certificateFromPem(pem))
  const bundle = forge.pkcs12.toPkcs12Asn1(forge.pki.privateKeyFromPem(of.key), chain, passphrase, {
    algorithm: 'aes256',
  })
  return Buffer.from(forge.asn1.toDer(bundle).getBytes(), 'latin1')
}

/** The key as PEM that needs a passphrase. */
export function encryptedKey(key: string, passphrase: string): string {
  return forge.pki.encryptRsaPrivateKey(forge.pki.privateKeyFromPem(key), passphrase, { algorithm: 'aes256' })
}

function certificateOf(
  commonName: string,
  publicKey: forge.pki.rsa.PublicKey,
  { validFrom = inDays(-1), validTo = inDays(30) }: Pick<IssueOptions, 'validFrom' | 'validTo'>,
): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = publicKey
  // positive, as RFC 5280 4.1.2.2 asks
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`
  certificate.validity.notBefore = validFrom
  certificate.validity.notAfter = validTo
  certificate.setSubject([{ name: 'commonName', value: commonName }])
  return certificate
}

function publicKeyOf(key: string): forge.pki.rsa.PublicKey {
  const { n, e } = forge.pki.privateKeyFromPem(key)
  return forge.pki.setRsaPublicKey(n, e)
}

/** RFC 5280 4.2.1.6: [2] dNSName, [7] iPAddress. */
function alternativeName(name: string): object {
  return /^[\d.]+$|:/.test(name) ? { type: 7, ip: name } : { type: 2, value: name }
}
