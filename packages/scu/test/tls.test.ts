import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { associate, sendFiles } from '@dcm/scu'
import { secured, type Transport } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { tls } from '@dcm/transport-tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PeerProgram } from './dcmtk.ts'
import { startOrthanc } from './orthanc.ts'
import { samples } from './samples.ts'
import { verification } from './served.ts'

const openssl = promisify(execFile)
const images = samples.filter((path) => basename(path).startsWith('qr_77654033'))

/** A key, and a certificate for loopback that it signs itself, as both sides' own and as the only one that is believed. */
async function makeCertificate(
  folder: string,
): Promise<{ readonly key: string; readonly certificate: string }> {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const extensions = [
    'subjectAltName=IP:127.0.0.1',
    'basicConstraints=critical,CA:TRUE',
    'extendedKeyUsage=serverAuth,clientAuth',
  ].flatMap((extension) => ['-addext', extension])
  await openssl('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=peer', '-sha256'],
    ...['-keyout', key, '-out', certificate, ...extensions],
  ])
  return { key, certificate }
}

describe('over TLS', () => {
  let folder: string
  let paths: Awaited<ReturnType<typeof makeCertificate>>
  let transport: Transport
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dcm-scu-'))
    paths = await makeCertificate(folder)
    const [key, certificate] = [await readFile(paths.key), await readFile(paths.certificate)]
    const credentials = { identities: [{ key, certificate }], ca: certificate }
    transport = secured(tcp(), { providers: [tls({ credentials })] })
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.each([
    {
      peer: 'storescp',
      start: () =>
        PeerProgram.start('storescp', (own, port) => [
          ...['+tls', paths.key, paths.certificate, '+cf', paths.certificate, '-rc'],
          ...['-od', own, '--unique-filenames', String(port)],
        ]),
    },
    {
      peer: 'Orthanc',
      start: () =>
        startOrthanc({}, [], {
          DicomTlsEnabled: true,
          DicomTlsPrivateKey: paths.key,
          DicomTlsCertificate: paths.certificate,
          DicomTlsTrustedCertificates: paths.certificate,
        }),
    },
  ])('echoes to $peer and sends it a folder', async ({ start }) => {
    await using program = await start()
    const target = { to: program.to, transport, callingAeTitle: 'DCM', calledAeTitle: 'PEER' }
    const association = await associate({ ...target, contexts: [{ abstractSyntax: verification }] })
    expect(await association.echo()).toMatchObject({ status: 0 })
    expect(association.association.connection.security).toMatchObject([
      { profile: 'tls', confidential: true },
    ])
    await association.release()
    const journal = join(folder, 'journal')
    await writeFile(journal, '')
    expect(await sendFiles(images, { ...target, journal })).toMatchObject({ files: 7, stored: 7 })
    await rm(journal)
  })
})
