import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseIsclKeyFile, readIsclKeyFile } from '@dcm/security-iscl'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const key = randomBytes(32)
const trafficKey = randomBytes(32)
const spareKey = randomBytes(32).toString('hex')

function slotOf(more: object = {}) {
  return { peer: 'STORE_SCU', index: 1, key: key.toString('hex'), status: 'active', ...more }
}

function fileOf(authentication: unknown = [slotOf()], more: object = {}): string {
  const traffic = [slotOf({ key: trafficKey.toString('base64') })]
  return JSON.stringify({ format: 'dcm-iscl-keys/1', authentication, traffic, ...more })
}

describe('a key file', () => {
  test('has keys as 64 hex digits or 44 base64 characters', () => {
    const keys = parseIsclKeyFile(fileOf())

    expect(keys.authentication.accepted('STORE_SCU', 1, 0)?.key.export()).toEqual(key)
    expect(keys.traffic.accepted('STORE_SCU', 1, 0)?.key.export()).toEqual(trafficKey)
  })

  test('has instants in UTC', () => {
    const dated = slotOf({ notBefore: '2026-01-01T00:00:00Z', notAfter: '2027-01-01T00:00:00Z' })
    const { authentication } = parseIsclKeyFile(fileOf([dated]))

    expect(authentication.active('STORE_SCU', Date.UTC(2026, 5))).toBeDefined()
    expect(authentication.active('STORE_SCU', Date.UTC(2027, 0))).toBeUndefined()
  })

  const text = (more: object) => fileOf([slotOf(more)])
  const passphrase = 'correct horse battery staple 123'
  test.each([
    ['no JSON', '{ format: 1', 'is not JSON'],
    ['a list', '[]', 'is not an object'],
    ['another format', fileOf(undefined, { format: 'dcm-iscl-keys/2' }), 'format is not'],
    ['an unknown member', fileOf(undefined, { comment: '' }), 'member 4 is unknown'],
    [
      'an unknown member of a slot',
      text({ notafter: '2027-01-01T00:00:00Z' }),
      'authentication[0]: member 5',
    ],
    ['no list', fileOf({}), 'authentication is not a list'],
    ['an empty ring', fileOf([]), 'at least one'],
    ['a slot that is none', fileOf(['key']), 'authentication[0] is not an object'],
    ['no peer', text({ peer: 5 }), '.peer is not a string'],
    ['an index as text', text({ index: '1' }), '.index is not a number'],
    ['a status nobody knows', text({ status: 'on' }), '.status is none of active, accept-only, retired'],
    ['a local time', text({ notAfter: '2027-01-01T00:00:00' }), '.notAfter is not an instant'],
    ['a day that is none', text({ notBefore: '2027-13-01T00:00:00Z' }), '.notBefore is not an instant'],
    ['no key', text({ key: null }), 'a passphrase is no key'],
    ['a passphrase', text({ key: passphrase }), 'a passphrase is no key'],
    ['a passphrase in base64', text({ key: Buffer.from(passphrase).toString('base64') }), 'not random'],
    ['a passphrase in hex', text({ key: Buffer.from(passphrase).toString('hex') }), 'not random'],
    ['the same octet', text({ key: '11'.repeat(32) }), 'not random'],
    ['31 octets', text({ key: 'ab'.repeat(31) }), 'not 32 octets'],
    ['33 octets', text({ key: randomBytes(33).toString('base64') }), 'not 32 octets'],
    ['base64 with stray bits', text({ key: `${'A'.repeat(42)}B=` }), 'not 32 octets'],
    ['spaces', text({ key: ` ${key.toString('hex')}` }), 'not 32 octets'],
    [
      'a traffic slot of another peer',
      fileOf([slotOf({ peer: 'STORE_SCP' })]),
      'traffic has no key slot of STORE_SCP',
    ],
    [
      'a peer without a slot for authentication',
      fileOf(undefined, {
        traffic: [slotOf({ key: trafficKey.toString('hex') }), slotOf({ peer: 'X', key: spareKey })],
      }),
      'authentication has no key slot of X',
    ],
    ['a key twice', fileOf([slotOf(), slotOf({ index: 2 })]), 'stands in two slots'],
  ])('with %s: refused', (_what, content, words) => {
    expect(() => parseIsclKeyFile(content)).toThrow(words)
  })

  test('never shows a key in an error', () => {
    const secret = key.toString('hex')
    for (const content of [
      `${fileOf()}x`,
      `{"format":"dcm-iscl-keys/1","${secret}":1}`,
      text({ key: `${secret}0` }),
      text({ peer: null, [secret]: 1 }),
      fileOf([slotOf(), slotOf({ index: 2 })]),
    ]) {
      expect(() => parseIsclKeyFile(content)).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining(secret.slice(0, 8)) as string }),
      )
    }
  })
})

describe('reading it', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dcm-iscl-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function read(name: string, mode: number, content = fileOf()) {
    const path = join(folder, name)
    await writeFile(path, content)
    await chmod(path, mode)
    const warnings: string[] = []
    const keys = await readIsclKeyFile(path, { onWarning: (message) => warnings.push(message) })
    return { keys, warnings }
  }

  test('gives its keys, in silence when only its owner may open it', async () => {
    const { keys, warnings } = await read('private.json', 0o600)

    expect(keys.authentication.peers).toEqual(['STORE_SCU'])
    expect(warnings).toEqual([])
  })

  test.runIf(process.platform !== 'win32')('warns when others may open it', async () => {
    const { warnings } = await read('open.json', 0o644)

    expect(warnings).toEqual([expect.stringContaining('mode 0644')])
  })

  test.runIf(process.platform !== 'win32')('warns as the process does when nobody else listens', async () => {
    await read('default.json', 0o640)
    const warning = once(process, 'warning')
    await readIsclKeyFile(join(folder, 'default.json'))

    expect(await warning).toMatchObject([{ code: 'DCM_ISCL_KEY_FILE_MODE' }])
  })

  test('refuses a file that is not there, a folder, and one that is too long', async () => {
    await expect(readIsclKeyFile(join(folder, 'none.json'))).rejects.toMatchObject({
      code: 'DCM_ISCL_CONFIGURATION',
      cause: { code: 'ENOENT' },
    })
    await expect(readIsclKeyFile(folder)).rejects.toThrow('not a regular file')
    await expect(read('long.json', 0o600, ' '.repeat(2 * 2 ** 20 + 1))).rejects.toThrow('2097152 allowed')
  })
})
