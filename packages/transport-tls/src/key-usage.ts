import type { X509Certificate } from 'node:crypto'
import { hex, inside, readDer } from './der.ts'

/** [3] EXPLICIT in TBSCertificate (RFC 5280 4.1). */
const extensionsTag = 0xa3
/** id-ce-keyUsage, 2.5.29.15. */
const keyUsage = '551d0f'
/** The first bit of the BIT STRING (RFC 5280 4.2.1.3). */
const digitalSignature = 0x80

/**
 * Whether a peer may sign its handshake with this key, as all our suites ask: a key usage, where there is one, must have
 * digitalSignature (RFC 8446 4.4.2.2, RFC 8422 5.3). OpenSSL is content with keyEncipherment in a server's.
 */
export function maySign(certificate: X509Certificate): boolean {
  const [body] = inside(readDer(certificate.raw)[0])
  const [extensions] = inside(inside(body).find(({ tag }) => tag === extensionsTag))
  for (const extension of inside(extensions)) {
    const parts = inside(extension)
    if (hex(parts[0]) !== keyUsage) continue
    // behind the OID, and `critical` where that is written: OCTET STRING { BIT STRING }, whose first byte counts unused bits
    const bits = inside(parts.at(-1))[0]?.value[1] ?? 0
    return (bits & digitalSignature) !== 0
  }
  return true
}
