import { connect } from 'node:tls'
import { expect, test } from 'vitest'
import { parsePreSharedKeys, tls } from '@dcm/transport-tls'
import { closed } from './closed.ts'
import { loopbackPair } from './loopback.ts'
import { readAll } from './read-all.ts'
import { site } from './site.ts'
import { archive, modality, outcome, outcomes, signal, upgradeBoth } from './upgrade-both.ts'

const ct = new Uint8Array(32).fill(1)
const mr = new Uint8Array(32).fill(2)

function keyed(keys: Record<string, Uint8Array>, identity?: string) {
  return tls({
    profile: 'psk',
    credentials: { keys: new Map(Object.entries(keys)), ...(identity === undefined ? {} : { identity }) },
  })
}

test('a pre-shared key secures both sides, and its identity is reported', async () => {
  const { acceptor, requestor } = await upgradeBoth(keyed({ CT: ct, MR: mr }), keyed({ MR: mr }, 'MR'))
  expect(acceptor.security).toEqual([
    {
      profile: 'tls',
      protocol: 'TLSv1.3',
      cipherSuite: 'TLS_AES_128_GCM_SHA256',
      confidential: true,
      peer: { kind: 'psk', name: 'MR' },
    },
  ])
  expect(requestor.security).toEqual(acceptor.security)
  requestor.stream.end('keyed')
  expect(await readAll(acceptor.stream)).toBe('keyed')
  acceptor.stream.end()
})

test('an unknown identity, another key, or a certificate instead, is refused', async () => {
  const acceptor = keyed({ CT: ct })
  expect((await outcomes(acceptor, keyed({ MR: mr }, 'MR'))).acceptor).toBe('DCM_TLS_PRE_SHARED_KEY')
  expect((await outcomes(acceptor, keyed({ CT: mr }, 'CT'))).acceptor).toBe('DCM_TLS_INTEGRITY')
  expect((await outcomes(acceptor, modality())).acceptor).toBe('DCM_TLS_PRE_SHARED_KEY')
})

test('a stranger cannot tell an unknown identity from another key', async () => {
  const alerts = []
  for (const identity of ['CT', 'MR']) {
    const pair = await loopbackPair()
    const acceptor = keyed({ CT: ct }).upgrade(pair.acceptor, 'acceptor', { signal })
    const requestor = keyed({ [identity]: mr }, identity).upgrade(pair.requestor, 'requestor', { signal })
    await outcome(acceptor)
    alerts.push(await requestor.catch((error: unknown) => (error as Error).message))
  }
  expect(alerts[0]).toContain('the peer refused the handshake')
  expect(alerts[1]).toBe(alerts[0])
})

test('a server that answers with a certificate, trusted or not, proves nothing to a keyed requestor', async () => {
  expect((await outcomes(archive(), keyed({ CT: ct }, 'CT'))).requestor).toBe('DCM_TLS_PRE_SHARED_KEY')
})

test('rotate() takes a key away', async () => {
  const keys = new Map([['CT', ct]])
  const acceptor = tls({ profile: 'psk', credentials: () => ({ keys }) })
  const requestor = keyed({ CT: ct }, 'CT')
  expect((await outcomes(acceptor, requestor)).acceptor).toBe('secured')
  keys.delete('CT')
  expect((await outcomes(acceptor, requestor)).acceptor).toBe('secured')
  await acceptor.rotate()
  expect((await outcomes(acceptor, requestor)).acceptor).toBe('DCM_TLS_PRE_SHARED_KEY')
})

test('keys have a least and a greatest length and one owner, and a requestor has an identity', async () => {
  await expect(keyed({ CT: new Uint8Array(15) }).certificates()).rejects.toMatchObject({
    code: 'DCM_TLS_CREDENTIALS',
    message: 'the key of CT has 15 bytes; allowed are 16 to 256',
  })
  await expect(keyed({ CT: new Uint8Array(257) }).certificates()).rejects.toMatchObject({
    code: 'DCM_TLS_CREDENTIALS',
  })
  await expect(keyed({ CT: ct, MR: ct }).certificates()).rejects.toMatchObject({
    code: 'DCM_TLS_CREDENTIALS',
    message: 'CT and MR have the same pre-shared key',
  })
  for (const requestor of [keyed({ CT: ct }), keyed({ CT: ct }, 'MR')]) {
    const pair = await loopbackPair()
    expect(await outcome(requestor.upgrade(pair.requestor, 'requestor', { signal }))).toBe(
      'DCM_TLS_CREDENTIALS',
    )
    pair.acceptor.stream.destroy()
  }
})

test('a client of TLS 1.2 is refused', async () => {
  const { requestor, acceptor } = await loopbackPair()
  const client = connect({ socket: requestor.stream, maxVersion: 'TLSv1.2', ca: site.ca })
  client.on('error', () => undefined)
  expect(await outcome(keyed({ CT: ct }).upgrade(acceptor, 'acceptor', { signal }))).toBe('DCM_TLS_VERSION')
  await closed(client)
})

test('a key file has an identity and a key a line', () => {
  expect(parsePreSharedKeys('CT 1:0aFF\r\n\nMR:00\n')).toEqual(
    new Map([
      ['CT 1', Buffer.from([0x0a, 0xff])],
      ['MR', Buffer.from([0])],
    ]),
  )
  const shape = 'is not IDENTITY:KEY, the identity in ASCII and the key in hex'
  for (const line of [
    'CT',
    'CT:',
    ':0a',
    'CT:0',
    'CT:0g',
    'CT:0a ',
    '#4354:0a',
    'CT:MR:0a',
    'Ä:0a',
    'A\0:0a',
  ])
    expect(() => parsePreSharedKeys(`MR:00\n${line}\n`)).toThrow(`line 2 of the pre-shared keys ${shape}`)
  expect(() => parsePreSharedKeys(`${'x'.repeat(129)}:00`)).toThrow(shape)
  expect(() => parsePreSharedKeys('CT:0a\nCT:0b')).toThrow(
    'line 2 of the pre-shared keys names an identity again',
  )
  expect(() => parsePreSharedKeys('\n')).toThrow('there are no pre-shared keys')
})
