import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { iscl, readIsclKeyFile } from '@dcm/security-iscl'
import { secured } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { archiveOfFiles } from './archive-of-files.ts'
import { dcm, startDcm } from './dcm.ts'
import { dicomFilesIn, temporaryFolder } from './folder.ts'
import { freePort } from '@dcm/testkit'
import { isclKeyFile, isclKeys, isclPair } from './iscl-keys.ts'
import { queryable } from './samples.ts'

it('sends over ISCL, and is refused with another key', async () => {
  await using folder = await temporaryFolder()
  const [ours, theirs] = await isclPair(folder.path, 'STORE', 'CT')
  const wrong = await isclKeyFile(join(folder.path, 'wrong'), 'STORE', isclKeys())
  const as = (identity: string, file: string) => ['--iscl-identity', identity, '--iscl-keys', file]
  const out = ['-o', join(folder.path, 'received')]
  await using listen = startDcm(['listen', 'STORE@127.0.0.1:0+iscl', ...as('STORE', ours), ...out])
  const [, port = ''] = await listen.printed(/127\.0\.0\.1:(\d+)/)
  const address = `STORE@127.0.0.1:${port}+iscl`
  const sent = await dcm('send', address, ...queryable, ...as('CT', theirs))
  expect(sent.stdout).toContain('has 5 of 5 files')
  const refused = await dcm('echo', address, ...as('CT', wrong))
  expect(refused.stderr).toContain('check the keys, certificates and the CA on both sides.')
  expect(refused.code).toBe(4)
  await listen.printed(/was refused: /)
  const clear = await dcm('echo', address.replace('+iscl', ''))
  expect(clear.stderr).toMatch(
    /sent what is no DICOM \(PDU type 49H .*\); check the port, and how it is secured\.\n$/,
  )
  expect(clear.code).toBe(7)
})

it.each([
  ['nothing', 'dcm: FILE is not there; check the path.\n', 8],
  ['broken', 'dcm: FILE cannot be used: the key file is not JSON.\n', 2],
])('names the key file that is %s', async (name, sentence, code) => {
  await using folder = await temporaryFolder()
  await writeFile(join(folder.path, 'broken'), '{', { mode: 0o600 })
  const file = join(folder.path, name)
  const refused = await dcm('echo', 'A@127.0.0.1:1+iscl', '--iscl-identity', 'CT', '--iscl-keys', file)
  expect(refused.stderr).toBe(sentence.replace('FILE', file))
  expect(refused.code).toBe(code)
})

it('is moved to over ISCL by an archive that is asked in the clear', async () => {
  await using folder = await temporaryFolder()
  const [ours, theirs] = await isclPair(folder.path, 'ME', 'ARCHIVE')
  const provider = iscl({ keys: await readIsclKeyFile(theirs), identity: 'ARCHIVE' })
  const port = await freePort()
  await using archive = await archiveOfFiles(queryable, {
    address: { host: '127.0.0.1', port },
    transport: secured(tcp(), { providers: [provider] }),
  })
  const line = ['move', archive.to, 'ME', '-m', 'patient', 'PatientID=77654033']
  const here = ['--listen', `127.0.0.1:${String(port)}+iscl`, '-o', join(folder.path, 'received')]
  const { code, stdout, stderr } = await dcm(...line, ...here, '--iscl-keys', ours, '--iscl-identity', 'ME')
  expect(stderr).toBe('')
  expect(stdout).toContain('✓ 5 objects retrieved\n')
  expect(stdout).toMatch(/✓ ARCHIVE {2}5 objects, /)
  expect(code).toBe(0)
  expect(await dicomFilesIn(join(folder.path, 'received'))).toHaveLength(5)
})

it('warns of a key file that others may open, in one sentence', async () => {
  await using folder = await temporaryFolder()
  const file = await isclKeyFile(join(folder.path, 'keys'), 'STORE', isclKeys())
  await chmod(file, 0o644)
  const to = `A@127.0.0.1:${String(await freePort())}+iscl`
  const { stderr } = await dcm('echo', to, '--iscl-identity', 'CT', '--iscl-keys', file)
  expect(stderr.split('\n')).toEqual([
    '! the ISCL key file has mode 0644: others than its owner may open it; use 0600',
    expect.stringMatching(/^dcm: .* refused the connection/) as string,
    '',
  ])
})
