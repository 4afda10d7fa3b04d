import { connect, type ConnectionOptions } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { type CertificateProfileName, tls, type TlsProfile, tlsProfiles } from '@dcm/transport-tls'
import { certificateGeneration } from '../src/certificate-generation.ts'
import { upgrade } from '../src/upgrade.ts'
import { closed } from './closed.ts'
import { loopbackPair } from './loopback.ts'
import { site } from './site.ts'
import { modality, outcome, signal } from './upgrade-both.ts'

const names = Object.keys(tlsProfiles).filter((name): name is CertificateProfileName => name !== 'psk')

/** A client of plain Node that offers just this, and what the acceptor makes of it. */
async function offer(profile: CertificateProfileName, options: ConnectionOptions): Promise<string> {
  const { ca, server, ellipticServer, client } = site
  const acceptor = tls({ profile, credentials: { identities: [server, ellipticServer], ca } })
  const pair = await loopbackPair()
  const socket = connect({
    socket: pair.requestor.stream,
    ca,
    key: client.key,
    cert: client.certificate,
    ...options,
    // the client's own security level would keep the CCM_8 suites at home; Node wants a suite of TLS 1.2 beside a level
    ...(options.ciphers === undefined ? {} : { ciphers: `${options.ciphers}:AES128-SHA:@SECLEVEL=0` }),
  })
  socket.on('error', () => undefined)
  const upgrade = acceptor.upgrade(pair.acceptor, 'acceptor', { signal })
  const result = await upgrade.then(
    ({ security: [context], stream }) => {
      stream.destroy()
      return `${context?.protocol ?? ''} ${context?.cipherSuite ?? ''}`
    },
    () => outcome(upgrade),
  )
  socket.destroy()
  await closed(socket)
  return result
}

/** What one profile allows, in IANA names, for the client to offer one by one. */
const standardNames: Record<string, string> = {
  'ECDHE-ECDSA-AES256-GCM-SHA384': 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384': 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'ECDHE-ECDSA-AES256-CCM': 'TLS_ECDHE_ECDSA_WITH_AES_256_CCM',
  'ECDHE-ECDSA-AES256-CCM8': 'TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8',
  'ECDHE-ECDSA-CHACHA20-POLY1305': 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'ECDHE-RSA-CHACHA20-POLY1305': 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256': 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256': 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES128-CCM': 'TLS_ECDHE_ECDSA_WITH_AES_128_CCM',
  'ECDHE-ECDSA-AES128-CCM8': 'TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8',
  'DHE-RSA-AES256-GCM-SHA384': 'TLS_DHE_RSA_WITH_AES_256_GCM_SHA384',
  'DHE-RSA-AES128-GCM-SHA256': 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256',
}

describe.each(names)('%s', (name) => {
  const { cipherSuites, maxVersion }: TlsProfile = tlsProfiles[name]

  test.each(cipherSuites)('speaks %s', async (suite) => {
    const tls13 = suite.startsWith('TLS_')
    const expected = tls13 ? `TLSv1.3 ${suite}` : `TLSv1.2 ${standardNames[suite] ?? suite}`
    expect(await offer(name, { ciphers: suite, ...(tls13 ? {} : { maxVersion: 'TLSv1.2' }) })).toBe(expected)
  })

  test.each(Object.keys(standardNames).filter((suite) => !cipherSuites.includes(suite)))(
    'does not speak %s',
    async (suite) => {
      expect(await offer(name, { ciphers: suite, maxVersion: 'TLSv1.2' })).toBe('DCM_TLS_NO_COMMON_ALGORITHM')
    },
  )

  test('refuses what BCP 195 forbids: old versions, CBC, static RSA', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT' } as const
    expect(await offer(name, old)).toBe('DCM_TLS_VERSION')
    for (const ciphers of ['ECDHE-RSA-AES256-SHA384', 'AES256-GCM-SHA384', 'AES128-SHA']) {
      expect(await offer(name, { ciphers, maxVersion: 'TLSv1.2' })).toBe('DCM_TLS_NO_COMMON_ALGORITHM')
    }
  })

  test(`prefers ${maxVersion}`, async () => {
    expect((await offer(name, {})).split(' ')[0]).toBe(maxVersion)
  })

  test('takes part in ALPN as dicom, and refuses who offers only other protocols', async () => {
    expect(await offer(name, { ALPNProtocols: ['h2', 'dicom'] })).toContain('TLSv1.')
    expect(await offer(name, { ALPNProtocols: ['h2', 'http/1.1'] })).toBe('DCM_TLS_APPLICATION_PROTOCOL')
  })

  test('wants groups of at least 256 bits', async () => {
    expect(await offer(name, { ecdhCurve: 'P-521' })).toContain('TLSv1.')
    expect(await offer(name, { ecdhCurve: 'P-224' }).catch(() => 'not offered')).not.toContain('TLSv1.')
  })
})

test('the Modified profile has every suite of PS3.15 B.13 that it lists as required, in its order', () => {
  const { cipherSuites } = tlsProfiles['bcp195-rfc8996-modified']
  expect(cipherSuites.map((suite) => standardNames[suite] ?? suite)).toEqual([
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    'TLS_AES_128_CCM_SHA256',
    'TLS_AES_128_CCM_8_SHA256',
    'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
    'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
    'TLS_ECDHE_ECDSA_WITH_AES_256_CCM',
    'TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8',
    'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
    'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
    'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
    'TLS_ECDHE_ECDSA_WITH_AES_128_CCM',
    'TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8',
  ])
})

test('a profile that does not exist is refused when it is named', () => {
  const options = { profile: 'tls1.0', credentials: { identities: [], ca: '' } }
  expect(() => tls(options as never)).toThrow(
    'unknown profile tls1.0; there are bcp195-rfc8996, bcp195-rfc8996-modified, bcp195-non-downgrading, bcp195-extended, psk',
  )
})

test.each(['optional', 'NONE', false, null])(
  'clientAuthentication %s is refused, and is not none',
  (value) => {
    const options = { clientAuthentication: value, credentials: { identities: [], ca: '' } }
    expect(() => tls(options as never)).toThrow(
      expect.objectContaining({
        code: 'DCM_TLS_OPTION',
        message: `clientAuthentication is ${JSON.stringify(value)}; required and none are allowed`,
      }),
    )
  },
)

test.each(['86:3b', 'ab'.repeat(32), 'ab:'.repeat(31) + 'ab', ''])('the pin %j is refused', (pin) => {
  const options = { pinnedFingerprints: [pin], credentials: { identities: [], ca: '' } }
  expect(() => tls(options as never)).toThrow(
    expect.objectContaining({
      code: 'DCM_TLS_OPTION',
      message: `${JSON.stringify(pin)} is no SHA-256 fingerprint; they have 32 pairs of upper-case hex with colons between`,
    }),
  )
})

test.each([Number.NaN, -1])('to be warned %d days before a certificate ends is refused', (value) => {
  const options = { expiryWarningDays: value, credentials: { identities: [], ca: '' } }
  expect(() => tls(options)).toThrow(
    expect.objectContaining({
      code: 'DCM_TLS_OPTION',
      message: `expiryWarningDays is ${String(value)}; a number from 0 on is allowed`,
    }),
  )
})

describe('what was negotiated outside the profile, as by a setting of the whole process, is refused', () => {
  const wide = tlsProfiles['bcp195-rfc8996']

  test.each<[string, Partial<TlsProfile>, CertificateProfileName]>([
    ['a version that is too high', { maxVersion: 'TLSv1.2' }, 'bcp195-rfc8996'],
    ['a version that is too low', { minVersion: 'TLSv1.3' }, 'bcp195-extended'],
    ['another suite', { cipherSuites: ['TLS_AES_128_CCM_SHA256'] }, 'bcp195-rfc8996'],
  ])('%s', async (_what, narrower, spoken) => {
    const { ca, server } = site
    const generation = certificateGeneration({ identities: [server], ca }, wide, {
      clientAuthentication: 'required',
    })
    const profile = { ...wide, ...narrower }
    const pair = await loopbackPair()
    const calling = outcome(modality({ profile: spoken }).upgrade(pair.requestor, 'requestor', { signal }))
    await expect(
      upgrade(pair.acceptor, 'acceptor', signal, profile, () => Promise.resolve(generation)),
    ).rejects.toMatchObject({
      code: 'DCM_TLS_PROFILE',
      message: expect.stringMatching(/^TLSv1\.[23] with \S+ is outside the profile: BCP 195 /) as string,
    })
    await calling
    pair.requestor.stream.destroy()
  })
})
