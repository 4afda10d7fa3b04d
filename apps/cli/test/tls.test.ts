import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dcm, startDcm } from './dcm.ts'
import { temporaryFolder } from './folder.ts'
import { ran } from './program.ts'
import { runHere } from './run-here.ts'
import { rawListener } from './raw-listener.ts'
import { queryable } from './samples.ts'
import { startStorescp } from './storescp.ts'

describe('pre-shared keys', () => {
  it('secure who sends and who listens, and OpenSSL too', async () => {
    await using folder = await temporaryFolder()
    const [ct, mr] = [key(), key()]
    const store = await keyFile(folder.path, 'store', `CT-1:${ct}`, `MR-1:${mr}`)
    const modality = await keyFile(folder.path, 'ct', `CT-1:${ct}`)
    const out = ['-o', join(folder.path, 'received')]
    await using listen = startDcm(['listen', 'STORE@127.0.0.1:0+tls', '--tls-psk', store, ...out])
    const [, port = ''] = await listen.printed(/127\.0\.0\.1:(\d+)/)
    const to = `STORE@127.0.0.1:${port}+tls`
    expect((await dcm('send', to, ...queryable, '--tls-psk', modality)).stdout).toContain('has 5 of 5 files')
    const named = ['--tls-profile', 'psk', '--tls-psk-identity', 'MR-1']
    expect((await dcm('echo', to, '--tls-psk', store, ...named)).code).toBe(0)
    const openssl = await ran(
      'sh',
      '-c',
      `openssl s_client -connect 127.0.0.1:${port} -tls1_3 -psk ${ct} -psk_identity CT-1 </dev/null`,
    )
    expect(openssl.stdout).toContain('Reused, TLSv1.3')
    const wrong = await keyFile(folder.path, 'wrong', `CT-1:${key()}`)
    const refused = await dcm('echo', to, '--tls-psk', wrong)
    expect(refused.stderr).toContain('check the keys')
    expect(refused.code).toBe(4)
    await listen.printed(/was refused: /)
  })

  it.each([
    [['--tls-psk', 'TWO'], 'has several keys; say which is ours with --tls-psk-identity NAME.'],
    [['--tls-psk', 'TWO', '--tls-psk-identity', 'X'], 'has no key of "X"; give another --tls-psk-identity.'],
    [['--tls-psk', 'BROKEN'], 'BROKEN cannot be used: line 1 of the pre-shared keys is not IDENTITY:KEY'],
    [['--tls-psk', 'TWO', '--tls-ca', 'TWO'], 'Pre-shared keys stand in place of certificates'],
    [['--tls-psk', 'TWO', '--tls-profile', 'bcp195-extended'], 'Pre-shared keys stand in place of'],
    [['--tls-profile', 'psk'], 'TLS by pre-shared keys needs a file of them: give --tls-psk FILE.'],
    [['--tls-psk-identity', 'X'], 'TLS by pre-shared keys needs a file of them: give --tls-psk FILE.'],
  ])('%j is a usage error', async (line, sentence) => {
    await using folder = await temporaryFolder()
    await keyFile(folder.path, 'TWO', `A:${key()}`, `B:${key()}`)
    await keyFile(folder.path, 'BROKEN', 'secret words')
    const given = line.map((word) => (/^[A-Z]{2,}$/.test(word) ? join(folder.path, word) : word))
    const { code, stderr } = await runHere('echo', 'A@127.0.0.1:1+tls', ...given)
    expect(stderr).toContain(sentence)
    expect(stderr).not.toContain('secret')
    expect(code).toBe(2)
  })

  it('say that their file is not there', async () => {
    const { code, stderr } = await runHere('echo', 'A@127.0.0.1:1+tls', '--tls-psk', '/nonexistent/keys')
    expect(stderr).toContain('/nonexistent/keys')
    expect(code).toBe(8)
  })
})

it('waits no longer than --timeout for the handshake of a peer that says nothing', async () => {
  await using folder = await temporaryFolder()
  const keys = join(folder.path, 'keys.psk')
  await writeFile(keys, `CT-1:${randomBytes(32).toString('hex')}\n`)
  await using mute = await rawListener(() => undefined)
  const to = `MUTE@127.0.0.1:${String(mute.port)}+tls`
  const { code, stderr } = await runHere('echo', to, '--tls-psk', keys, '--timeout', '0.2')
  expect(stderr).toBe(
    `dcm: ${to} did not finish the security handshake within 0.2 s; check the port, and how it is secured.\n`,
  )
  expect(code).toBe(4)
})

it('says what storescp has against our certificate, which it tells when the handshake is over for us', async () => {
  await using folder = await temporaryFolder()
  const file = (name: string) => join(folder.path, name)
  for (const line of [
    ['ca', '-o', folder.path],
    ['server', 'store', '--host', '127.0.0.1', '-o', folder.path],
    ['ca', '-o', file('other')],
    ['client', 'ct', '-o', file('other')],
  ]) {
    expect((await runHere('certs', ...line)).code).toBe(0)
  }
  const ca = file('ca.pem')
  await using storescp = await startStorescp('+tls', file('store.key.pem'), file('store.pem'), '+cf', ca)
  const to = `${storescp.address}+tls`
  const ours = ['--tls-key', file('other/ct.key.pem'), '--tls-cert', file('other/ct.pem'), '--tls-ca', ca]
  const { code, stderr } = await runHere('echo', to, ...ours)
  expect(stderr).toBe(
    `dcm: ${to} ended TLS: unknown ca; check the keys, certificates and the CA on both sides.\n`,
  )
  expect(code).toBe(4)
})

it('takes PKCS #12 bundles on both ends, which DCMTK believes, and their password from a file', async () => {
  await using folder = await temporaryFolder()
  const file = (name: string) => join(folder.path, name)
  for (const line of [
    ['ca'],
    ['server', 'store', '--host', '127.0.0.1'],
    ['client', 'ct'],
    ['p12', 'store'],
    ['p12', 'ct'],
  ]) {
    expect((await runHere('certs', ...line, '-o', folder.path)).code).toBe(0)
  }
  const ca = ['--tls-ca', file('ca.pem')]
  const bundle = (name: string) => ['--tls-p12', file(`${name}.p12`), '--tls-passphrase-file']
  const opened = (name: string) => [...bundle(name), file(`${name}.p12.password`), ...ca]
  const out = ['-o', file('received')]
  await using listen = startDcm(['listen', 'STORE@127.0.0.1:0+tls', ...opened('store'), ...out])
  const [, port = ''] = await listen.printed(/127\.0\.0\.1:(\d+)/)
  const to = `STORE@127.0.0.1:${port}+tls`
  expect((await dcm('send', to, ...queryable, ...opened('ct'))).stdout).toContain('has 5 of 5 files')
  const [itsKey, itsCertificate] = [file('ct.key.pem'), file('ct.pem')]
  const echoscu = await ran(
    'echoscu',
    '+tls',
    itsKey,
    itsCertificate,
    '+cf',
    file('ca.pem'),
    '127.0.0.1',
    port,
  )
  expect(echoscu.code).toBe(0)
  const locked = await dcm('echo', to, ...bundle('ct'), file('store.p12.password'), ...ca)
  expect(locked.stderr).toBe(
    'dcm: TLS is not possible: the credentials cannot be used: the passphrase does not open the PKCS #12 bundle; check what was given for it.\n',
  )
  expect(locked.code).toBe(2)
  const swapped = ['--tls-key', itsKey, '--tls-cert', file('store.pem'), ...ca]
  const never = await dcm('listen', 'STORE@127.0.0.1:0+tls', ...swapped, ...out)
  expect(never.stdout).toBe('')
  expect(never.stderr).toContain('the key is not that of the certificate of CN=store')
  expect(never.code).toBe(2)
  const plain = await dcm('echo', to.replace('+tls', ''))
  expect(plain.stderr).toContain('want TLS')
  await using clear = startDcm(['listen', 'STORE@127.0.0.1:0', ...out])
  const [, clearPort = ''] = await clear.printed(/127\.0\.0\.1:(\d+)/)
  const mistaken = await dcm('echo', `STORE@127.0.0.1:${clearPort}+tls`, ...opened('ct'))
  expect(mistaken.stderr).toMatch(/is not TLS.*; check the port, and how it is secured\.\n$/)
  expect(mistaken.code).toBe(4)
  const pinned = { kind: 'tls', ca: file('ca.pem'), pinnedFingerprint: 'ab' }
  await writeFile(file('config.json'), JSON.stringify({ security: { pinned } }))
  const unlike = await dcm('echo', to.replace('+tls', '+pinned'), '--config', file('config.json'))
  expect(unlike.stderr).toMatch(/"ab" is no SHA-256 fingerprint.*; check what was given for it\.\n$/)
  expect(unlike.code).toBe(2)
  const anonymous = await dcm('echo', to, ...ca)
  expect(anonymous.code).not.toBe(0)
})

function key(): string {
  return randomBytes(32).toString('hex')
}

async function keyFile(folder: string, name: string, ...lines: readonly string[]): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, `${lines.join('\n')}\n`, { mode: 0o600 })
  return path
}
