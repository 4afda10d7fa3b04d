import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { dcm, startDcm } from './dcm.ts'
import { temporaryFolder } from './folder.ts'
import { queryable } from './samples.ts'

it('sends over ISCL, and is refused with another key', async () => {
  await using folder = await temporaryFolder()
  const slots = () => [randomBytes(32), randomBytes(32)].map((key) => key.toString('hex'))
  const keys = async (name: string, peer: string, [authentication = '', traffic = '']: readonly string[]) => {
    const path = join(folder.path, name)
    const ring = (key: string) => [{ peer, index: 1, key, status: 'active' }]
    const rings = { format: 'dcm-iscl-keys/1', authentication: ring(authentication), traffic: ring(traffic) }
    await writeFile(path, JSON.stringify(rings), { mode: 0o600 })
    return path
  }
  const shared = slots()
  const [ours, theirs, wrong] = [
    await keys('ours', 'CT', shared),
    await keys('theirs', 'STORE', shared),
    await keys('wrong', 'STORE', slots()),
  ]
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
})
