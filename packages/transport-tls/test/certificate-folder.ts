import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyAndCertificate } from './certificates.ts'
import { site } from './site.ts'

/** The site's certificates as files, for programs: `NAME.pem` and `NAME.key`, `ca.pem`, … */
export class CertificateFolder implements Disposable {
  readonly #path = mkdtempSync(join(tmpdir(), 'dcm-tls-'))

  constructor() {
    for (const [name, value] of Object.entries(site) as [string, string | KeyAndCertificate][]) {
      if (typeof value === 'string') {
        this.#write(`${name}.pem`, value)
      } else {
        this.#write(`${name}.pem`, value.certificate)
        this.#write(`${name}.key`, value.key)
      }
    }
  }

  file(name: string): string {
    return join(this.#path, name)
  }

  [Symbol.dispose](): void {
    rmSync(this.#path, { recursive: true })
  }

  #write(name: string, text: string): void {
    writeFileSync(this.file(name), text, { mode: 0o600 })
  }
}
