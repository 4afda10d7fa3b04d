import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TlsIdentity } from '@dcm/transport-tls'
import { run } from './program.ts'

/** A private key and its certificate. */
type Bearer =
  'server' | 'rsaServer' | 'renewed' | 'client' | 'other' | 'stranger' | 'expired' | 'revoked' | 'weak'

// OpenSSL's own small CA, as it can also revoke
const configuration = `
[ca]
default_ca = site
[site]
database = index.txt
serial = serial
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
default_md = sha256
default_days = 90
default_crl_days = 30
policy = names
x509_extensions = names_of_this_host
[names]
commonName = supplied
[names_of_this_host]
subjectAltName = DNS:localhost,IP:127.0.0.1
`

/** A site's certificates in a folder, good and bad, made by the openssl program. */
export class SiteCertificates implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'dcm-site-'))

  static async make(): Promise<SiteCertificates> {
    const site = new SiteCertificates()
    writeFileSync(site.file('ca.cnf'), configuration)
    writeFileSync(site.file('index.txt'), '')
    writeFileSync(site.file('serial'), '01')
    await site.#selfSigned('ca')
    await site.#selfSigned('stranger')
    for (const name of ['server', 'renewed', 'client', 'other', 'revoked'] as const) await site.#issue(name)
    await site.#issue('expired', elliptic, ['-startdate', '200101000000Z', '-enddate', '210101000000Z'])
    await site.#issue('weak', ['-newkey', 'rsa:1024'])
    await site.#issue('rsaServer', ['-newkey', 'rsa:2048'])
    await site.#openssl('ca', '-config', 'ca.cnf', '-revoke', 'revoked.pem')
    await site.#openssl('ca', '-config', 'ca.cnf', '-gencrl', '-out', 'crl.pem')
    return site
  }

  file(name: string): string {
    return join(this.#folder, name)
  }

  /** Options of the archive to show this certificate, and to believe the site's CA as long as it has not revoked. */
  archiveOptions(name = 'server'): string[] {
    return [
      ...['--tls-key', this.file(`${name}.key`), '--tls-cert', this.file(`${name}.pem`)],
      ...['--tls-ca', this.file('ca.pem'), '--tls-crl', this.file('crl.pem')],
    ]
  }

  /** Options of DCMTK's programs to show this certificate, and to believe the site's CA. */
  shown(name: Bearer): string[] {
    return ['+tls', this.file(`${name}.key`), this.file(`${name}.pem`), '+cf', this.file('ca.pem')]
  }

  identity(name: Bearer): TlsIdentity {
    return {
      key: readFileSync(this.file(`${name}.key`)),
      certificate: readFileSync(this.file(`${name}.pem`)),
    }
  }

  certificate(name: Bearer): Buffer {
    return readFileSync(this.file(`${name}.pem`))
  }

  ca(): Buffer {
    return readFileSync(this.file('ca.pem'))
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true })
  }

  #selfSigned(name: string): Promise<void> {
    const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`]
    return this.#openssl(
      'req',
      '-x509',
      ...elliptic,
      '-nodes',
      '-subj',
      `/CN=${name}`,
      '-days',
      '90',
      ...files,
    )
  }

  async #issue(
    name: Bearer,
    key: readonly string[] = elliptic,
    validity: readonly string[] = [],
  ): Promise<void> {
    const files = ['-keyout', `${name}.key`, '-out', `${name}.csr`]
    await this.#openssl('req', '-new', ...key, '-nodes', '-subj', `/CN=${name}`, ...files)
    const signed = ['-in', `${name}.csr`, '-out', `${name}.pem`, '-notext', '-batch', ...validity]
    await this.#openssl('ca', '-config', 'ca.cnf', ...signed)
  }

  async #openssl(command: string, ...line: readonly string[]): Promise<void> {
    const { code, output } = await run('openssl', [command, ...line], { cwd: this.#folder })
    if (code !== 0) throw new Error(`openssl ${command}: ${output}`)
  }
}

const elliptic = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
