import type { X509Certificate } from 'node:crypto'
import { Duplex } from 'node:stream'
import { createSecureContext, TLSSocket } from 'node:tls'
import { weakness } from './certificate-strength.ts'
import type { TlsIdentity } from './credentials.ts'
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
  const weak = weakness(certificate, [])
  if (weak !== undefined) throw tlsError('DCM_TLS_CREDENTIALS', `our certificate of ${subject} has ${weak}`)
  return {
    subject,
    fingerprint256: certificate.fingerprint256,
    validFrom: certificate.validFromDate,
    validTo: certificate.validToDate,
  }
}

/** Node opens a bundle only into a TLS context; a socket made on one, and never used, tells what it holds. */
function certificateInBundle(
  identity: Extract<TlsIdentity, { pkcs12: Uint8Array }>,
): X509Certificate | undefined {
  const { pkcs12, passphrase } = identity
  const secureContext = createSecureContext({
    pfx: Buffer.from(pkcs12),
    ...(passphrase === undefined ? {} : { passphrase }),
  })
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
