import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { Duplex } from 'node:stream'
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls'
import { weakness } from './certificate-strength.ts'
import type { Pem, TlsIdentity } from './credentials.ts'
import { certificatesIn, pemText } from './pem.ts'
import { tlsError } from './tls-error.ts'

/** A certificate we show to peers. */
export interface OwnCertificate {
  readonly subject: string
  readonly fingerprint256: string
  readonly validFrom: Date
  readonly validTo: Date
}

export function ownCertificate(identity: TlsIdentity): OwnCertificate {
  const certificate =
    'pkcs12' in identity ? certificateInBundle(identity) : certificatesIn(pemText(identity.certificate))[0]
  if (certificate === undefined) throw tlsError('DCM_TLS_CREDENTIALS', 'an identity has no certificate')
  const subject = certificate.subject.replaceAll('\n', ', ')
  // OpenSSL only compares keys of one kind: one of another would be taken, and every handshake fail.
  if ('key' in identity && !certificate.checkPrivateKey(privateKey(identity)))
    throw new Error(`the key is not that of the certificate of ${subject}`)
  const weak = weakness(certificate, [])
  if (weak !== undefined) throw tlsError('DCM_TLS_CREDENTIALS', `our certificate of ${subject} has ${weak}`)
  return {
    subject,
    fingerprint256: certificate.fingerprint256,
    validFrom: certificate.validFromDate,
    validTo: certificate.validToDate,
  }
}

/** @throws an error in the words of who has to mend it; OpenSSL's would be `DECODER routines::unsupported` */
function privateKey({ key, passphrase }: Extract<TlsIdentity, { key: Pem }>): KeyObject {
  const text = pemText(key)
  try {
    return createPrivateKey({ key: text, ...(passphrase === undefined ? {} : { passphrase }) })
  } catch (cause) {
    throw new Error(whyUnreadable(text, passphrase), { cause })
  }
}

function whyUnreadable(key: string, passphrase: string | undefined): string {
  // PKCS #8 says so in its first line, traditional PEM in its second.
  if (!key.includes('ENCRYPTED')) return 'the key is no private key in PEM'
  return passphrase === undefined
    ? 'the key is encrypted, and there is no passphrase'
    : 'the passphrase does not open the key'
}

/** Node opens a bundle only into a TLS context; a socket made on one, and never used, tells what it holds. */
function certificateInBundle(
  identity: Extract<TlsIdentity, { pkcs12: Uint8Array }>,
): X509Certificate | undefined {
  const { pkcs12, passphrase } = identity
  const secureContext = bundleContext(pkcs12, passphrase)
  const nowhere = new Duplex({
    read: () => undefined,
    write: (_chunk, _encoding, done) => {
      done()
    },
  })
  const socket = new TLSSocket(nowhere, { isServer: true, secureContext })
  try {
    return socket.getX509Certificate()
  } finally {
    socket.destroy()
  }
}

function bundleContext(pkcs12: Uint8Array, passphrase: string | undefined): SecureContext {
  try {
    return createSecureContext({
      pfx: Buffer.from(pkcs12),
      ...(passphrase === undefined ? {} : { passphrase }),
    })
  } catch (cause) {
    const why = (cause as Error).message
    throw new Error(
      why === 'mac verify failure'
        ? passphrase === undefined
          ? 'the PKCS #12 bundle has a passphrase, and none is given'
          : 'the passphrase does not open the PKCS #12 bundle'
        : `the PKCS #12 bundle cannot be read: ${why}`,
      { cause },
    )
  }
}
