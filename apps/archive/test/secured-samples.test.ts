import { expect, it } from 'vitest'
import { secured, type Transport } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { tls } from '@dcm/transport-tls'
import { type ArchiveProcess, startArchive } from './archive-process.ts'
import { isclTransport, newIsclKeys, writeKeyFile } from './iscl-keys.ts'
import { requestor } from './requestor.ts'
import { readSamples } from './samples.ts'
import { SiteCertificates } from './site-certificates.ts'
import { readStored } from './stored-files.ts'

it('keeps the data set of every sample that comes over TLS', async () => {
  using site = await SiteCertificates.make()
  await using archive = await startArchive('--no-plain', '--tls-port', '0', ...site.archiveOptions())
  const provider = tls({ credentials: { identities: [site.identity('client')], ca: site.ca() } })
  await sendAll(archive, archive.tlsPort, secured(tcp(), { providers: [provider] }))
})

it('keeps the data set of every sample that comes over ISCL', async () => {
  using site = await SiteCertificates.make()
  const keys = newIsclKeys()
  writeKeyFile(site.file('keys.json'), keys.archive)
  await using archive = await startArchive(
    ...[
      '--no-plain',
      '--iscl-port',
      '0',
      '--iscl-keys',
      site.file('keys.json'),
      '--iscl-identity',
      'ARCHIVE',
    ],
  )
  await sendAll(archive, archive.isclPort, isclTransport(keys))
})

async function sendAll(archive: ArchiveProcess, port: number, transport: Transport): Promise<void> {
  const samples = await readSamples()
  for (const { name, sopClassUid, transferSyntaxUid, sopInstanceUid, dataSet } of samples) {
    const wanted = [{ abstractSyntax: sopClassUid, transferSyntax: transferSyntaxUid }]
    const sender = await requestor(port, wanted, { transport })
    expect((await sender.store(sopClassUid, sopInstanceUid, [dataSet])).status, name).toBe(0)
    await sender.release()
  }
  const kept = await readStored(archive.store)
  for (const { name, sopInstanceUid, dataSet } of samples) {
    expect(Buffer.compare(kept.get(sopInstanceUid)?.dataSet ?? new Uint8Array(0), dataSet), name).toBe(0)
  }
  expect(kept.size).toBe(samples.length)
}
