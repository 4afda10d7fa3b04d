import { X509Certificate } from 'node:crypto'
import { copyFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Connection, secured, type Transport } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { tls } from '@dcm/transport-tls'
import { startArchive } from './archive-process.ts'
import { isclTransport, newIsclKeys, writeKeyFile } from './iscl-keys.ts'
import { dcmtk, run } from './program.ts'
import { requestor } from './requestor.ts'
import { SiteCertificates } from './site-certificates.ts'

let site: SiteCertificates

beforeAll(async () => {
  site = await SiteCertificates.make()
})

afterAll(() => {
  site[Symbol.dispose]()
})

function modality(): Transport {
  const provider = tls({ credentials: { identities: [site.identity('client')], ca: site.ca() } })
  return secured(tcp(), { providers: [provider] })
}

function nameOf({ security }: Connection): string | undefined {
  return security[0]?.peer?.name
}

async function shownBy(port: number): Promise<string | undefined> {
  const connection = await modality().connect({ host: 'localhost', port })
  connection.stream.destroy()
  return nameOf(connection)
}

describe('an RSA key that is encrypted beside an ECDSA one', () => {
  it('are opened, and each is shown to who asks for it', async () => {
    const [key, passphrase] = [site.file('encrypted.key'), site.file('passphrase')]
    writeFileSync(passphrase, 'open sesame\nnot this\n', { mode: 0o600 })
    const encrypt = ['pkcs8', '-topk8', '-v2', 'aes-256-cbc', '-passout', `file:${passphrase}`]
    const files = ['-in', site.file('rsaServer.key'), '-out', key]
    const encrypted = await run('openssl', [...encrypt, ...files])
    expect(encrypted.code, encrypted.output).toBe(0)
    await using archive = await startArchive(
      ...['--tls-port', '0', ...site.archiveOptions(), '--tls-passphrase-file', passphrase],
      ...['--tls-key', key, '--tls-cert', site.file('rsaServer.pem')],
    )
    const shownFor = async (algorithms: string) => {
      const to = ['-connect', `127.0.0.1:${String(archive.tlsPort)}`, '-sigalgs', algorithms]
      return (await run('openssl', ['s_client', ...to])).output
    }
    expect(await shownFor('ECDSA+SHA256')).toMatch(/subject=CN ?= ?server\n/)
    expect(await shownFor('RSA-PSS+SHA256')).toMatch(/subject=CN ?= ?rsaServer\n/)
  })
})

describe('SIGHUP', () => {
  it('lets new handshakes see a new certificate, while an association goes on', async () => {
    copyFileSync(site.file('server.pem'), site.file('current.pem'))
    copyFileSync(site.file('server.key'), site.file('current.key'))
    await using archive = await startArchive('--tls-port', '0', ...site.archiveOptions('current'))
    const old = await requestor(archive.tlsPort, [], { transport: modality() })
    expect(await shownBy(archive.tlsPort)).toBe('CN=server')
    copyFileSync(site.file('renewed.pem'), site.file('current.pem'))
    copyFileSync(site.file('renewed.key'), site.file('current.key'))
    expect(await shownBy(archive.tlsPort)).toBe('CN=server')
    archive.child.kill('SIGHUP')
    await archive.logged('credentials reloaded')
    expect(await shownBy(archive.tlsPort)).toBe('CN=renewed')
    expect((await old.echo()).status).toBe(0)
    await old.release()
  })

  it('keeps the old certificate when the new one cannot be used', async () => {
    copyFileSync(site.file('server.pem'), site.file('current.pem'))
    copyFileSync(site.file('server.key'), site.file('current.key'))
    await using archive = await startArchive('--tls-port', '0', ...site.archiveOptions('current'))
    copyFileSync(site.file('renewed.pem'), site.file('current.pem'))
    archive.child.kill('SIGHUP')
    await archive.logged('credentials not reloaded; the old ones stay')
    expect(archive.log()).toContain('DCM_TLS_CREDENTIALS')
    // The plain port has none.
    expect(archive.log()).not.toContain('credentials reloaded')
    expect(await shownBy(archive.tlsPort)).toBe('CN=server')
  })

  it('exchanges the keys of ISCL', async () => {
    const [first, second] = [newIsclKeys(), newIsclKeys()]
    writeKeyFile(site.file('keys.json'), first.archive)
    await using archive = await startArchive(
      ...['--iscl-port', '0', '--iscl-keys', site.file('keys.json'), '--iscl-identity', 'ARCHIVE'],
    )
    const old = await requestor(archive.isclPort, [], { transport: isclTransport(first) })
    writeKeyFile(site.file('keys.json'), second.archive)
    await expect(requestor(archive.isclPort, [], { transport: isclTransport(second) })).rejects.toMatchObject(
      {
        code: 'DCM_ISCL_AUTH_FAILED',
      },
    )
    archive.child.kill('SIGHUP')
    await archive.logged('"entrance":"ISCL, experimental","msg":"credentials reloaded"')
    await archive.logged('"peer":"CT-1"')
    const renewed = await requestor(archive.isclPort, [], { transport: isclTransport(second) })
    expect((await renewed.echo()).status).toBe(0)
    expect((await old.echo()).status).toBe(0)
    await renewed.release()
    await old.release()
  })

  it('keeps the keys of ISCL when the new ones have our own name for a peer', async () => {
    const keys = newIsclKeys()
    writeKeyFile(site.file('keys.json'), keys.archive)
    await using archive = await startArchive(
      ...['--iscl-port', '0', '--iscl-keys', site.file('keys.json'), '--iscl-identity', 'ARCHIVE'],
    )
    writeKeyFile(site.file('keys.json'), keys.modality)
    archive.child.kill('SIGHUP')
    await archive.logged('keys.json cannot be used: the key rings have our own identity as a peer')
    const association = await requestor(archive.isclPort, [], { transport: isclTransport(keys) })
    await association.release()
  })
})

describe('--tls-aet-pins', () => {
  it('lets each AE title call with its own certificate only, and by no other port', async () => {
    const pins = { CT: [new X509Certificate(site.certificate('client')).fingerprint256] }
    writeFileSync(site.file('pins.json'), JSON.stringify(pins))
    await using archive = await startArchive(
      ...['--tls-port', '0', '--tls-aet-pins', site.file('pins.json'), ...site.archiveOptions()],
    )
    const echo = (title: string, port: number, ...options: string[]) =>
      dcmtk('echoscu', '-v', '-aet', title, ...options, '127.0.0.1', String(port))
    expect((await echo('CT', archive.tlsPort, ...site.shown('client'))).code).toBe(0)
    expect((await echo('MR', archive.port)).code).toBe(0)
    for (const refused of [
      await echo('CT', archive.tlsPort, ...site.shown('other')),
      await echo('MR', archive.tlsPort, ...site.shown('client')),
      await echo('CT', archive.port),
    ]) {
      expect(refused.output).toContain('Calling AE Title Not Recognized')
      expect(refused.code).not.toBe(0)
    }
    await archive.logged(new X509Certificate(site.certificate('other')).fingerprint256)
  })
})

describe('a start that cannot be', () => {
  const main = new URL('../dist/main.js', import.meta.url).pathname
  const start = (...options: string[]) =>
    dcmtk(
      process.execPath,
      main,
      '--host',
      '127.0.0.1',
      '--port',
      '0',
      '--store',
      site.file('store'),
      ...options,
    )

  it('says which credentials cannot be used, and never listens in plain instead', async () => {
    const { code, output } = await start(...site.archiveOptions('missing'))
    expect(output).toMatch(/the credentials cannot be used: .*missing\.key/)
    expect(output).not.toContain('listens')
    expect(code).toBe(1)
  })

  it.each([
    '{ "CT": "4F" }',
    '{ "CT": ["4F"] }',
    `{ " CT": ["${Array(32).fill('4F').join(':')}"] }`,
    '["CT"]',
  ])('says what is wrong with the table of AE titles %s', async (table) => {
    writeFileSync(site.file('bad-pins.json'), table)
    const { code, output } = await start(
      '--tls-aet-pins',
      site.file('bad-pins.json'),
      ...site.archiveOptions(),
    )
    expect(output).toContain('bad-pins.json is not { "AETITLE": ["SHA-256')
    expect(code).toBe(2)
  })

  it.each([
    [['--tls-profile', 'psk', '--tls-psk'], ': line 1 of the pre-shared keys is not IDENTITY:KEY'],
    [['--iscl-identity', 'ARCHIVE', '--iscl-keys'], ' cannot be used: the key file is not JSON'],
  ])('names the file of %j that cannot be used', async (options, why) => {
    writeFileSync(site.file('bad.keys'), 'secret words', { mode: 0o600 })
    const { code, output } = await start(...options, site.file('bad.keys'))
    expect(output).toContain(`${site.file('bad.keys')}${why}`)
    expect(output).not.toContain('secret')
    expect(code).toBe(1)
  })

  it('says what stands where its store should be', async () => {
    writeFileSync(site.file('no-folder'), '')
    const { code, output } = await start('--store', site.file('no-folder'))
    expect(output).toContain(`cannot keep objects in ${site.file('no-folder')}: EEXIST: file already exists`)
    expect(code).toBe(1)
  })

  it('ends when one of its ports is taken', async () => {
    await using archive = await startArchive()
    const { code, output } = await start('--tls-port', String(archive.port), ...site.archiveOptions())
    expect(output).toContain('the port is taken')
    expect(code).toBe(1)
  })
})
