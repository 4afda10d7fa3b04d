import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyAndCertificate } from './certificates.ts'

/** A CA on P-256 and what it issues: the shortest certificates there are, for tests that try every byte of a handshake. */
export interface ShortCertificates {
  readonly ca: string
  readonly server: KeyAndCertificate
  readonly client: KeyAndCertificate
}

/** The openssl program makes them, as node-forge knows RSA only. @param curve that of the CA's key */
export function shortCertificates(curve = 'P-256'): ShortCertificates {
  const folder = mkdtempSync(join(tmpdir(), 'dcm-short-'))
  const openssl = (...line: string[]) => execFileSync('openssl', line, { cwd: folder, stdio: 'pipe' })
  const read = (name: string) => readFileSync(join(folder, name), 'latin1')
  const newKey = (on: string) => ['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${on}`, '-nodes']
  const issue = (name: string): KeyAndCertificate => {
    openssl(
      ...['req', '-new', ...newKey('P-256'), '-keyout', `${name}.key`, '-subj', `/CN=${name}`],
      ...['-out', `${name}.csr`],
    )
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-set_serial', '7'],
      ...['-sha256', '-days', '30', '-extfile', 'extensions', '-out', `${name}.pem`],
    )
    return { key: read(`${name}.key`), certificate: read(`${name}.pem`) }
  }
  try {
    writeFileSync(join(folder, 'extensions'), 'subjectAltName=DNS:localhost\n')
    openssl(
      ...['req', '-x509', ...newKey(curve), '-keyout', 'ca.key', '-subj', '/CN=CA'],
      ...['-days', '30', '-out', 'ca.pem'],
    )
    return { ca: read('ca.pem'), server: issue('server'), client: issue('client') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
