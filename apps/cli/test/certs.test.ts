import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { dcmCommand, objects } from './dcm.ts'
import { temporaryFolder } from './folder.ts'
import { ran } from './program.ts'
import { runHere } from './run-here.ts'

it('makes a CA, servers and clients that OpenSSL believes for what they are', async () => {
  await using folder = await temporaryFolder()
  const out = ['--out', folder.path]
  const file = (name: string) => join(folder.path, name)
  const ca = await runHere('certs', 'ca', '--name', 'Example Hospital CA', ...out)
  expect(ca.stdout).toContain('CN=Example Hospital CA (CA)')
  expect(ca.stdout).toMatch(/SHA-256 {6}([0-9A-F]{2}:){31}[0-9A-F]{2}\n/)
  expect(
    (await runHere('certs', 'server', 'archive', '--host', 'pacs.example', '--host', '::1', ...out)).code,
  ).toBe(0)
  expect((await runHere('certs', 'client', 'ct-1', '--days', '30', ...out)).code).toBe(0)
  const verify = (purpose: string, name: string) =>
    ran('openssl', 'verify', '-x509_strict', '-purpose', purpose, '-CAfile', file('ca.pem'), file(name))
  expect((await verify('sslserver', 'archive.pem')).stdout).toContain('OK')
  expect((await verify('sslclient', 'archive.pem')).stdout).toContain('OK')
  expect((await verify('sslclient', 'ct-1.pem')).stdout).toContain('OK')
  expect((await verify('sslserver', 'ct-1.pem')).code).not.toBe(0)
  for (const name of ['ca', 'archive', 'ct-1']) {
    expect((await stat(file(`${name}.key.pem`))).mode & 0o777).toBe(0o600)
  }
  const [shown] = objects(await runHere('certs', 'show', file('ct-1.pem'), '--json'))
  expect(shown).toMatchObject({
    type: 'certificate',
    subject: 'CN=ct-1',
    issuer: 'CN=Example Hospital CA',
    daysLeft: 29,
  })
  const human = await runHere('certs', 'show', file('archive.pem'))
  expect(human.stdout).toContain('hosts        DNS:pacs.example, IP Address:0:0:0:0:0:0:0:1')
})

it('never overwrites', async () => {
  await using folder = await temporaryFolder()
  const certificate = join(folder.path, 'ca.pem')
  await writeFile(certificate, 'somebody else’s')
  const { code, stderr } = await runHere('certs', 'ca', '-o', folder.path)
  expect(stderr).toContain(`${certificate} is there already and is not overwritten`)
  expect(code).toBe(8)
  expect(await readFile(certificate, 'utf8')).toBe('somebody else’s')
  await expect(stat(join(folder.path, 'ca.key.pem'))).rejects.toThrow('ENOENT')
})

it('asks for the CA first', async () => {
  await using folder = await temporaryFolder()
  const { code, stderr } = await runHere('certs', 'client', 'ct-1', '-o', folder.path)
  expect(stderr).toContain('make one first: dcm certs ca --out')
  expect(code).toBe(8)
})

it('shows nothing of what is no certificate', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'x')
  await writeFile(path, 'x')
  expect((await runHere('certs', 'show', path)).stderr).toContain('There is no PEM certificate')
  expect((await runHere('certs', 'show', join(folder.path, 'y'))).code).toBe(8)
})

it('leaves nothing that is cut where the disk is full', async () => {
  await using folder = await temporaryFolder()
  // The limit is one block, which a key does not fit into.
  const line = [...dcmCommand, 'certs', 'ca', '-o', folder.path]
  const { code, stderr } = await ran('sh', '-c', 'ulimit -f 1; exec "$0" "$@"', ...line)
  const key = join(folder.path, 'ca.key.pem')
  expect(stderr).toBe(
    `dcm: ${key} is as large as a file may be; choose another place, or raise the limit (ulimit -f).\n`,
  )
  expect(code).toBe(8)
  expect(await readdir(folder.path)).toEqual([])
})

it.each([
  ['cut', ''],
  ['of another CA', 'other'],
])('says that the certificate of the CA is %s', async (_, other) => {
  await using folder = await temporaryFolder()
  const certificate = join(folder.path, 'ca.pem')
  expect((await runHere('certs', 'ca', '-o', folder.path)).code).toBe(0)
  await writeFile(certificate, other === '' ? '' : await otherCertificate(join(folder.path, other)))
  const { code, stderr } = await runHere('certs', 'client', 'ct-1', '-o', folder.path)
  const key = join(folder.path, 'ca.key.pem')
  expect(stderr).toBe(
    `dcm: ${certificate} and ${key} are no certificate and its key; get them from where they were whole.\n`,
  )
  expect(code).toBe(8)
})

async function otherCertificate(folder: string): Promise<string> {
  await runHere('certs', 'ca', '-o', folder)
  return readFile(join(folder, 'ca.pem'), 'utf8')
}

it('says which path is a folder', async () => {
  await using folder = await temporaryFolder()
  const { code, stderr } = await runHere('certs', 'show', folder.path)
  expect(stderr).toBe(`dcm: ${folder.path} is a folder, and a file is needed; check the path.\n`)
  expect(code).toBe(8)
  const line = ['echo', 'A@127.0.0.1:1', '--user', 'x', '--passcode-file', folder.path]
  expect((await runHere(...line)).stderr).toBe(stderr)
})
