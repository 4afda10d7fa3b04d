import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CertificateAuthority, KeyAndCertificate } from './certificates.ts'

/** A P-256 key with a certificate of `authority`. The openssl program makes it, as node-forge knows RSA only. */
export function issueElliptic(authority: CertificateAuthority, commonName: string): KeyAndCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'dcm-elliptic-'))
  const openssl = (...line: string[]) => execFileSync('openssl', line, { cwd: folder, stdio: 'pipe' })
  try {
    writeFileSync(join(folder, 'ca.pem'), authority.certificate)
    writeFileSync(join(folder, 'ca.key'), authority.key)
    writeFileSync(join(folder, 'extensions'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'own.key')
    openssl('req', '-new', '-key', 'own.key', '-subj', `/CN=${commonName}`, '-out', 'own.csr')
    openssl(
      ...['x509', '-req', '-in', 'own.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-set_serial', '77'],
      ...['-sha256', '-days', '30', '-extfile', 'extensions', '-out', 'own.pem'],
    )
    return { key: read(folder, 'own.key'), certificate: read(folder, 'own.pem') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function read(folder: string, name: string): string {
  return readFileSync(join(folder, name), 'latin1')
}
