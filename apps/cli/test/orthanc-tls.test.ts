import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { dcm } from './dcm.ts'
import { dicomFilesIn, temporaryFolder } from './folder.ts'
import { freePort } from '@dcm/testkit'
import { Program } from './program.ts'
import { runHere } from './run-here.ts'
import { crStudy, queryable } from './samples.ts'

it('sends to Orthanc, and has it send back, over TLS with both certificates checked', async () => {
  await using folder = await temporaryFolder()
  const out = ['-o', folder.path]
  expect((await runHere('certs', 'ca', ...out)).code).toBe(0)
  for (const name of ['orthanc', 'me']) {
    expect((await runHere('certs', 'server', name, '--host', '127.0.0.1', ...out)).code).toBe(0)
  }
  expect((await runHere('certs', 'client', 'ct', ...out)).code).toBe(0)
  const file = (name: string) => join(folder.path, name)
  const port = await freePort()
  const ourPort = await freePort()
  await writeFile(
    file('orthanc.json'),
    JSON.stringify({
      StorageDirectory: file('db'),
      HttpServerEnabled: false,
      DicomPort: port,
      DicomAet: 'ORTHANC',
      DicomModalities: { me: { AET: 'ME', Host: '127.0.0.1', Port: ourPort, UseDicomTls: true } },
      DicomTlsEnabled: true,
      DicomTlsCertificate: file('orthanc.pem'),
      DicomTlsPrivateKey: file('orthanc.key.pem'),
      DicomTlsTrustedCertificates: file('ca.pem'),
      DicomTlsRemoteCertificateRequired: true,
      DicomAlwaysAllowMove: true,
      Plugins: [],
    }),
  )
  await using orthanc = new Program('Orthanc', [file('orthanc.json')])
  await orthanc.printed(/Orthanc has started/)
  const address = `ORTHANC@127.0.0.1:${String(port)}+tls`
  const as = (name: string) => [
    ...['--tls-key', file(`${name}.key.pem`), '--tls-cert', file(`${name}.pem`)],
    ...['--tls-ca', file('ca.pem'), '--aet', 'ME'],
  ]

  const sent = await dcm('send', address, ...queryable, ...as('ct'))
  expect(sent.stdout).toContain('has 5 of 5 files')
  const into = file('received')
  const moved = await dcm(
    ...['move', address, 'ME', '--listen', `${String(ourPort)}+tls`, `StudyInstanceUID=${crStudy}`],
    ...['-o', into, ...as('me')],
  )
  expect({ code: moved.code, stderr: moved.stderr }).toEqual({ code: 0, stderr: '' })
  expect(await dicomFilesIn(into)).toHaveLength(3)

  const anonymous = await dcm('echo', address, '--tls-ca', file('ca.pem'), '--aet', 'ME')
  expect(anonymous.stderr).toContain('certificate')
  expect([4, 7]).toContain(anonymous.code)
  // Four RSA keys and six processes, on a busy computer.
}, 120_000)
