import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Keys and certificates for one run, as files that every server can read. */
export interface Credentials extends Disposable {
  readonly key: string
  readonly certificate: string
  readonly acceptorKeys: string
  readonly requestorKeys: string
}

export const acceptorIdentity = 'ARCHIVE'
export const requestorIdentity = 'BENCH'

/** One certificate that is its own CA: both ends show it and believe it. */
export function makeCredentials(): Credentials {
  const folder = mkdtempSync(join(tmpdir(), 'dcm-bench-security-'))
  const file = (name: string) => join(folder, name)
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const files = ['-keyout', file('key.pem'), '-out', file('certificate.pem')]
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-noenc', '-days', '2', ...subject, ...files],
    {
      stdio: 'ignore',
    },
  )
  const [authentication, traffic] = [randomBytes(32), randomBytes(32)].map((key) => key.toString('hex'))
  const keysFor = (peer: string) => ({
    format: 'dcm-iscl-keys/1',
    authentication: [{ peer, index: 1, key: authentication, status: 'active' }],
    traffic: [{ peer, index: 1, key: traffic, status: 'active' }],
  })
  const secret = { mode: 0o600 }
  writeFileSync(file('acceptor.json'), JSON.stringify(keysFor(requestorIdentity)), secret)
  writeFileSync(file('requestor.json'), JSON.stringify(keysFor(acceptorIdentity)), secret)
  return {
    key: file('key.pem'),
    certificate: file('certificate.pem'),
    acceptorKeys: file('acceptor.json'),
    requestorKeys: file('requestor.json'),
    [Symbol.dispose]: () => {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
