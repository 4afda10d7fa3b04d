import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { startArchive } from './archive-process.ts'
import { requestor } from './requestor.ts'
import { sClient } from './s-client.ts'
import { readSamples } from './samples.ts'
import { readStored } from './stored-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'dcm-psk-'))
const keyFile = join(folder, 'keys.psk')
const pinsFile = join(folder, 'pins.json')
const psk = ['--no-plain', '--tls-port', '0', '--tls-profile', 'psk', '--tls-psk', keyFile]
const [ct, mr] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')]

afterAll(() => {
  rmSync(folder, { recursive: true })
})

function writeKeys(...lines: readonly string[]): void {
  writeFileSync(keyFile, `${lines.join('\n')}\n`, { mode: 0o600 })
}

/** What OpenSSL, with a key, has to do with the archive; as TESTER, unless it says otherwise. */
function caller(port: number, identity: string, key: string, callingAeTitle = 'TESTER') {
  return requestor(port, [], {
    callingAeTitle,
    transport: sClient('-tls1_3', '-psk', key, '-psk_identity', identity),
  })
}

describe('--tls-profile psk', () => {
  it('lets OpenSSL verify and store over TLS 1.3 with its key', async () => {
    writeKeys(`CT-1:${ct}`, `MR-1:${mr}`)
    await using archive = await startArchive(...psk)
    const image = (await readSamples()).find(({ name }) => name === 'CT_small.dcm')
    if (!image) throw new Error('CT_small.dcm is missing')
    const { sopClassUid, sopInstanceUid, transferSyntaxUid, dataSet } = image
    const sender = await requestor(
      archive.tlsPort,
      [{ abstractSyntax: sopClassUid, transferSyntax: transferSyntaxUid }],
      { transport: sClient('-tls1_3', '-psk', mr, '-psk_identity', 'MR-1') },
    )
    expect((await sender.echo()).status).toBe(0)
    expect((await sender.store(sopClassUid, sopInstanceUid, [dataSet])).status).toBe(0)
    await sender.release()
    const stored = (await readStored(archive.store)).get(sopInstanceUid)
    expect(Buffer.compare(stored?.dataSet ?? new Uint8Array(0), dataSet)).toBe(0)
    expect(archive.log()).not.toContain(mr)
  })

  it.each([
    ['another key', 'CT-1', mr, 'DCM_TLS_INTEGRITY'],
    ['an unknown identity', 'US-1', ct, 'DCM_TLS_PRE_SHARED_KEY'],
  ])('refuses %s, and says so in the log', async (_, identity, key, code) => {
    writeKeys(`CT-1:${ct}`)
    await using archive = await startArchive(...psk)
    await expect(caller(archive.tlsPort, identity, key)).rejects.toThrow()
    await archive.logged(code)
    expect(archive.log()).not.toContain('association accepted')
  })

  it('takes new keys at SIGHUP and keeps the old ones when they cannot be used, while an association goes on', async () => {
    writeKeys(`CT-1:${ct}`)
    await using archive = await startArchive(...psk)
    const old = await caller(archive.tlsPort, 'CT-1', ct)
    writeKeys(`CT-1:${ct}`, 'MR-1:nonsense')
    archive.child.kill('SIGHUP')
    await archive.logged('line 2 of the pre-shared keys is not IDENTITY:KEY')
    await (await caller(archive.tlsPort, 'CT-1', ct)).release()
    writeKeys(`MR-1:${mr}`)
    archive.child.kill('SIGHUP')
    await archive.logged('credentials reloaded')
    await (await caller(archive.tlsPort, 'MR-1', mr)).release()
    await expect(caller(archive.tlsPort, 'CT-1', ct)).rejects.toThrow()
    expect((await old.echo()).status).toBe(0)
    await old.release()
    for (const secret of [ct, mr, 'nonsense']) expect(archive.log()).not.toContain(secret)
  })

  it('ties AE titles to identities with --tls-aet-pins', async () => {
    writeKeys(`CT-1:${ct}`, `MR-1:${mr}`)
    writeFileSync(pinsFile, JSON.stringify({ CT: ['CT-1'] }))
    await using archive = await startArchive(...psk, '--tls-aet-pins', pinsFile)
    await (await caller(archive.tlsPort, 'CT-1', ct, 'CT')).release()
    for (const [identity, key, title] of [
      ['MR-1', mr, 'CT'],
      ['CT-1', ct, 'MR'],
    ] as const) {
      await expect(caller(archive.tlsPort, identity, key, title)).rejects.toMatchObject({
        name: 'AssociationRejectedError',
      })
    }
    await archive.logged('"peer":"MR-1"')
  })

  it('warns of a key file that everybody may open', async () => {
    writeKeys(`CT-1:${ct}`)
    chmodSync(keyFile, 0o644)
    await using archive = await startArchive(...psk)
    await archive.logged('"mode":"0644","msg":"everybody on this host may open a file with a secret')
  })
})
