import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tls } from '@dcm/transport-tls'
import { type CertificateAuthority, createCertificateAuthority } from './certificates.ts'
import { outcomes } from './upgrade-both.ts'

/** Some 5 MB, which OpenSSL holds as some 20. */
const entries = 100_000

/** The openssl program makes it, in a tenth of a second. */
function largeList(authority: CertificateAuthority): string {
  const folder = mkdtempSync(join(tmpdir(), 'dcm-list-'))
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
  }
  try {
    write('ca.pem', authority.certificate)
    write('ca.key', authority.key)
    const serialNumber = (index: number) => `70${index.toString(16).toUpperCase().padStart(30, '0')}`
    const line = (index: number) =>
      `R\t301231235959Z\t260101000000Z\t${serialNumber(index)}\tunknown\t/CN=${String(index)}\n`
    write('index.txt', Array.from({ length: entries }, (_, index) => line(index)).join(''))
    write('ca.cnf', '[ca]\ndefault_ca=a\n[a]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=30\n')
    const files = ['-config', 'ca.cnf', '-keyfile', 'ca.key', '-cert', 'ca.pem', '-out', 'crl.pem']
    execFileSync('openssl', ['ca', '-gencrl', ...files], { cwd: folder, stdio: 'pipe' })
    return readFileSync(join(folder, 'crl.pem'), 'latin1')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('a large list is held once, however many handshakes run', async () => {
  const authority = createCertificateAuthority('CA')
  const identities = [authority.issue({ commonName: 'archive', names: ['127.0.0.1'] })]
  const { certificate: ca } = authority
  const acceptor = tls({ credentials: { identities, ca, crl: largeList(authority) } })
  const requestor = tls({ credentials: { identities, ca } })
  const good = { acceptor: 'secured', requestor: 'secured' }
  expect(await outcomes(acceptor, requestor)).toEqual(good)
  const before = process.memoryUsage.rss()
  const handshakes = Array.from({ length: 40 }, () => outcomes(acceptor, requestor))
  expect(await Promise.all(handshakes)).toEqual(handshakes.map(() => good))
  // forty more of it would be 800 MB
  expect(process.memoryUsage.rss() - before).toBeLessThan(200_000_000)
})
