import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './program.ts'

/** Makes `ca.pem`, `server.pem`, `client.pem` and their keys in a folder, and a `stranger.pem` that no CA knows. */
export async function makeCertificates(folder: string): Promise<void> {
  const file = (name: string) => join(folder, name)
  await writeFile(file('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
  const key = ['-newkey', 'rsa:2048', '-noenc', '-sha256']
  const selfSigned = (name: string, subject: string) =>
    openssl(
      'req',
      '-x509',
      ...key,
      '-days',
      '2',
      '-subj',
      subject,
      '-keyout',
      file(`${name}.key`),
      '-out',
      file(`${name}.pem`),
    )
  await selfSigned('ca', '/CN=Sample CA')
  await selfSigned('stranger', '/CN=CT1')
  for (const [name, subject] of [
    ['server', '/CN=STACKED'],
    ['client', '/CN=CT1'],
  ] as const) {
    await openssl(
      'req',
      ...key,
      '-subj',
      subject,
      '-keyout',
      file(`${name}.key`),
      '-out',
      file(`${name}.csr`),
    )
    const authority = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial']
    const request = ['-req', '-in', file(`${name}.csr`), '-days', '2', '-extfile', file('names')]
    await openssl('x509', ...request, ...authority, '-out', file(`${name}.pem`))
  }
}

async function openssl(...line: readonly string[]): Promise<void> {
  const { code, output } = await run('openssl', ...line)
  if (code !== 0) throw new Error(output)
}
