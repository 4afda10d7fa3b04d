import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startArchive } from './archive-process.ts'
import { dcmtk, run } from './program.ts'

/** What `dcm certs` makes, as a user would make it, in use by the archive and DCMTK. */
const dcm = new URL('../../cli/dist/main.js', import.meta.url).pathname
const archiveMain = new URL('../dist/main.js', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'dcm-certs-'))
const file = (name: string) => join(folder, name)

async function certs(...line: readonly string[]): Promise<void> {
  const { code, output } = await run(process.execPath, [dcm, 'certs', ...line, '--out', folder])
  if (code !== 0) throw new Error(`dcm certs ${line.join(' ')}: ${output}`)
}

beforeAll(async () => {
  await certs('ca')
  await certs('server', 'archive', '--host', 'localhost', '--host', '127.0.0.1')
  await certs('server', 'renewed', '--host', 'localhost', '--host', '127.0.0.1')
  await certs('client', 'ct-1')
  await certs('client', 'stolen')
  for (const name of ['archive', 'renewed']) await certs('p12', name)
  await certs('crl')
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** With a bundle and its password, copied so that it can be renewed under the same name. */
function ours(bundle: string): string[] {
  copyFileSync(file(`${bundle}.p12`), file('current.p12'))
  copyFileSync(file(`${bundle}.p12.password`), file('current.password'))
  return [
    ...[
      '--tls-port',
      '0',
      '--tls-p12',
      file('current.p12'),
      '--tls-passphrase-file',
      file('current.password'),
    ],
    ...['--tls-ca', file('ca.pem'), '--tls-crl', file('crl.pem')],
  ]
}

function echo(name: string, port: number) {
  const shown = ['+tls', file(`${name}.key.pem`), file(`${name}.pem`), '+cf', file('ca.pem')]
  return dcmtk('echoscu', '-d', ...shown, '127.0.0.1', String(port))
}

describe('an archive with a bundle and a revocation list of dcm certs', () => {
  it('lets a client of the CA verify until it is revoked, and names it then', async () => {
    await using archive = await startArchive(...ours('archive'))
    expect((await echo('ct-1', archive.tlsPort)).code).toBe(0)
    expect((await echo('stolen', archive.tlsPort)).code).toBe(0)
    await certs('revoke', file('stolen.pem'))
    archive.child.kill('SIGHUP')
    await archive.logged('credentials reloaded')
    expect((await echo('stolen', archive.tlsPort)).code).not.toBe(0)
    await archive.logged('DCM_TLS_CERTIFICATE_REVOKED')
    expect(archive.log()).toContain('the certificate of CN=stolen was revoked')
    expect((await echo('ct-1', archive.tlsPort)).code).toBe(0)
  })

  it('shows a renewed bundle, with another password, from SIGHUP on', async () => {
    await using archive = await startArchive(...ours('archive'))
    expect((await echo('ct-1', archive.tlsPort)).output).toContain('CN=archive')
    ours('renewed')
    archive.child.kill('SIGHUP')
    await archive.logged('credentials reloaded')
    expect((await echo('ct-1', archive.tlsPort)).output).toContain('CN=renewed')
  })

  it('does not start with another password, which nobody gets to read', async () => {
    const options = ours('archive')
    writeFileSync(file('current.password'), 'open sesame\n', { mode: 0o600 })
    const line = [archiveMain, '--host', '127.0.0.1', '--no-plain', '--store', file('store'), ...options]
    const { code, output } = await run(process.execPath, line)
    expect(code).toBe(1)
    expect(output).toContain('the credentials cannot be used')
    expect(output).not.toContain('sesame')
  })

  it('lets nobody in when the list has ended, and has warned of it', async () => {
    await using archive = await startArchive(...ours('archive'))
    expect(archive.log()).not.toContain('revocation list')
    const configuration = file('openssl.cnf')
    writeFileSync(
      configuration,
      `[ca]\ndefault_ca=a\n[a]\ndatabase=${file('index.txt')}\ndefault_md=sha256\n`,
    )
    writeFileSync(file('index.txt'), '')
    const ended = ['-crl_lastupdate', '20260101000000Z', '-crl_nextupdate', '20260201000000Z']
    const by = ['-keyfile', file('ca.key.pem'), '-cert', file('ca.pem'), '-out', file('crl.pem')]
    const made = await run('openssl', ['ca', '-gencrl', '-config', configuration, ...by, ...ended])
    expect(made.code, made.output).toBe(0)
    archive.child.kill('SIGHUP')
    await archive.logged('nobody below its CA is let in, has expired')
    expect((await echo('ct-1', archive.tlsPort)).code).not.toBe(0)
    await archive.logged('DCM_TLS_REVOCATION_UNKNOWN')
  })
})
