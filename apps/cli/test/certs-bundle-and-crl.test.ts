import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startDcm } from './dcm.ts'
import { temporaryFolder } from './folder.ts'
import { ran } from './program.ts'
import { runHere } from './run-here.ts'

async function site(path: string): Promise<void> {
  for (const line of [['ca'], ['server', 'archive', '--host', 'localhost'], ['client', 'ct-1']]) {
    expect((await runHere('certs', ...line, '--out', path)).code).toBe(0)
  }
}

it('makes bundles that OpenSSL opens with their password only, and overwrites none', async () => {
  await using folder = await temporaryFolder()
  await site(folder.path)
  const file = (name: string) => join(folder.path, name)
  const make = (...options: string[]) => runHere('certs', 'p12', 'ct-1', '-o', folder.path, ...options)
  const open = (password: string) =>
    ran('openssl', 'pkcs12', '-in', file('ct-1.p12'), '-info', '-nodes', '-passin', password)
  expect((await make()).stdout).toContain(
    `--tls-p12 ${file('ct-1.p12')} --tls-passphrase-file ${file('ct-1.p12.password')}\n`,
  )
  for (const name of ['ct-1.p12', 'ct-1.p12.password']) {
    expect((await stat(file(name))).mode & 0o777).toBe(0o600)
  }
  const opened = await open(`file:${file('ct-1.p12.password')}`)
  expect(opened.stderr).toContain('AES-256-CBC')
  expect(opened.stdout.match(/BEGIN (PRIVATE KEY|CERTIFICATE)/g)).toHaveLength(3)
  expect((await open('pass:')).code).not.toBe(0)
  const again = await make()
  expect(again.stderr).toContain('is there already and is not overwritten')
  expect(again.code).toBe(8)
  await writeFile(file('archive.key.pem'), await readFile(file('ct-1.key.pem')))
  const mixed = await runHere('certs', 'p12', 'archive', '-o', folder.path)
  expect(mixed.stderr).toContain('archive.key.pem is not the unencrypted RSA key of the certificate')
  expect(mixed.code).toBe(8)
  await writeFile(file('password'), 'short\n')
  expect((await make('--p12-password-file', file('password'))).code).toBe(2)
})

it('revokes: OpenSSL refuses the certificate, and renewal keeps it', async () => {
  await using folder = await temporaryFolder()
  await site(folder.path)
  const file = (name: string) => join(folder.path, name)
  const certs = (...line: string[]) => runHere('certs', ...line, '-o', folder.path)
  const verify = (name: string) =>
    ran('openssl', 'verify', '-crl_check', '-CRLfile', file('crl.pem'), '-CAfile', file('ca.pem'), file(name))
  expect((await certs('crl')).code).toBe(0)
  expect((await verify('ct-1.pem')).code).toBe(0)
  expect((await certs('revoke', file('ct-1.pem'))).stdout).toContain('1 revoked')
  expect((await certs('revoke', file('ct-1.pem'))).stdout).toContain('1 revoked')
  expect((await certs('crl')).stdout).toContain('1 revoked')
  expect((await verify('ct-1.pem')).stderr).toContain('certificate revoked')
  expect((await verify('archive.pem')).code).toBe(0)
  const text = await ran(
    'openssl',
    'crl',
    '-in',
    file('crl.pem'),
    '-CAfile',
    file('ca.pem'),
    '-noout',
    '-text',
  )
  expect(text.stderr).toContain('verify OK')
  expect(text.stdout).toMatch(/CRL Number: ?\n? *4\n/)
  expect((await stat(file('crl.pem'))).mode & 0o777).toBe(0o644)
})

it('prints what to do with them, and DCMTK is refused once its certificate is revoked', async () => {
  await using folder = await temporaryFolder()
  await site(folder.path)
  const file = (name: string) => join(folder.path, name)
  const printed = await runHere('certs', 'server', 'store', '--host', '127.0.0.1', '-o', folder.path)
  const ours = `--tls-key ${file('store.key.pem')} --tls-cert ${file('store.pem')} --tls-ca ${file('ca.pem')}`
  expect(printed.stdout).toContain(`npx --yes pnpm@12.21.0 start --tls-port 2762 ${ours}\n`)
  const echoscu = (name: string) =>
    `echoscu +tls ${file(`${name}.key.pem`)} ${file(`${name}.pem`)} +cf ${file('ca.pem')}`
  expect(printed.stdout).toContain(`${echoscu('store')} -aec ARCHIVE 127.0.0.1 2762\n`)
  expect((await runHere('certs', 'revoke', file('ct-1.pem'), '-o', folder.path)).code).toBe(0)
  const line = ['listen', 'ARCHIVE@127.0.0.1:0+tls', '-o', file('in'), ...ours.split(' ')]
  await using listen = startDcm([...line, '--tls-crl', file('crl.pem')])
  const [, port = ''] = await listen.printed(/127\.0\.0\.1:(\d+)/)
  const call = (name: string) => ran('sh', '-c', `${echoscu(name)} 127.0.0.1 ${port}`)
  expect((await call('store')).code).toBe(0)
  expect((await call('ct-1')).code).not.toBe(0)
  await listen.printed(/revoked/i)
}, 60_000)

it('revokes nothing of others, and overwrites no list of others', async () => {
  await using folder = await temporaryFolder()
  await site(folder.path)
  const file = (name: string) => join(folder.path, name)
  const revoke = (name: string) => runHere('certs', 'revoke', file(name), '-o', folder.path)
  expect((await revoke('ca.pem')).stderr).toContain('holds no certificate that this CA issued')
  expect((await revoke('ct-1.key.pem')).code).toBe(8)
  await writeFile(file('crl.pem'), 'somebody else’s')
  expect((await revoke('ct-1.pem')).stderr).toContain('no revocation list that this CA signed')
  expect(await readFile(file('crl.pem'), 'utf8')).toBe('somebody else’s')
  await expect(stat(file('crl.pem.new'))).rejects.toThrow('ENOENT')
})

it.each([
  [['revoke'], 'Revoke what?'],
  [['crl', 'x'], 'dcm certs crl takes no files.'],
  [['p12'], 'dcm certs p12 takes one name'],
  [['client', 'crl'], 'crl.pem is the CA’s; choose another name.'],
  [['client', 'x', '--p12-password-file', 'y'], '--p12-password-file goes with dcm certs p12 NAME.'],
])('certs %j is a usage error', async (line, sentence) => {
  const { code, stderr } = await runHere('certs', ...line)
  expect(stderr).toContain(sentence)
  expect(code).toBe(2)
})
