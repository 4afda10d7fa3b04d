import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { memoryPair } from '@dcm/testkit'
import { aeTitlePins, parsePreSharedKeys, tls } from '@dcm/transport-tls'
import { site } from './site.ts'

const identity = { key: site.server.key, certificate: site.server.certificate }
const credentials = { identities: [identity], ca: site.ca }

// What a compiler would say, where there is one.
describe('from JavaScript', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['no credentials', {}],
    ['credentials that are text', { credentials: site.ca }],
    ['a misspelt clientAuthentication', { credentials, clientAuth: 'none' }],
    ['a misspelt pinnedFingerprints, which would pin nobody', { credentials, pinnedFingerprint: [] }],
    ['pins that are no array', { credentials, pinnedFingerprints: 'AA:BB' }],
    ['an option of node:tls', { credentials, rejectUnauthorized: false }],
    ['true for a server name', { credentials, serverName: true }],
    ['null for a server name', { credentials, serverName: null }],
    ['an option that pre-shared keys do not have', { profile: 'psk', credentials: {}, serverName: 'x' }],
  ])('tls() refuses %s', (_what, options) => {
    expect(() => tls(options as never)).toThrow(
      expect.objectContaining({ name: 'SecurityError', code: 'DCM_TLS_OPTION' }) as Error,
    )
  })

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'the options of credentials are undefined; allowed is an object'],
    ['a misspelt crl, without which nobody is revoked', { ...credentials, crls: site.crl }, 'no option crls'],
    [
      'one identity alone',
      { ...credentials, identities: identity },
      'identities of credentials is an object',
    ],
    ['no CA', { identities: [identity] }, 'credentials needs ca'],
    [
      'a promise of a CA',
      { ...credentials, ca: Promise.resolve(site.ca) },
      'ca is a promise; allowed is PEM',
    ],
    ['null for a list', { ...credentials, crl: null }, 'crl'],
    [
      'the words of node:tls',
      { ...credentials, identities: [{ key: identity.key, cert: identity.certificate }] },
      'certificate of identities[0] is missing; allowed is PEM',
    ],
  ])('credentials are refused: %s', async (_what, given, message) => {
    await expect(tls({ credentials: () => given as never }).certificates()).rejects.toMatchObject({
      name: 'SecurityError',
      code: 'DCM_TLS_CREDENTIALS',
      message: expect.stringContaining(message) as string,
    })
  })

  test.each<[string, unknown]>([
    ['none', {}],
    ['by name in an object', { 'CT-1': randomBytes(32) }],
    ['as text', new Map([['CT-1', randomBytes(16).toString('hex')]])],
  ])('pre-shared keys are refused: %s', async (_what, keys) => {
    const provider = tls({ profile: 'psk', credentials: { keys: keys as never } })
    await expect(provider.certificates()).rejects.toMatchObject({ code: 'DCM_TLS_CREDENTIALS' })
  })

  test('parsePreSharedKeys() refuses the bytes of a file', () => {
    expect(() => parsePreSharedKeys(Buffer.from('CT-1:00') as never)).toThrow('read the file as utf8')
  })

  test.each<[string, unknown[]]>([
    ['a role that is none', ['server', { signal: AbortSignal.timeout(1_000) }]],
    ['no signal', ['acceptor']],
    ['an AbortController', ['acceptor', { signal: new AbortController() }]],
  ])('upgrade() refuses %s, and destroys the connection', async (_what, line) => {
    const [connection] = memoryPair()
    const provider = tls({ credentials })
    const [role, options] = line as [never, never]
    await expect(provider.upgrade(connection, role, options)).rejects.toMatchObject({ code: 'DCM_OPTION' })
    expect(connection.stream.destroyed).toBe(true)
  })

  test.each<[string, unknown]>([
    ['a pin alone, of which a part would match', { 'CT-1': 'modality-12' }],
    ['a Map', new Map([['CT-1', ['modality-12']]])],
  ])('aeTitlePins() refuses %s', (_what, pins) => {
    expect(() => aeTitlePins(pins as never)).toThrow(
      expect.objectContaining({ code: 'DCM_TLS_OPTION' }) as Error,
    )
  })
})
