import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type CertificateCredentials, type ExpiryMessage, tls } from '@dcm/transport-tls'
import { encryptedKey, inDays, pkcs12 } from './certificates.ts'
import { readAll } from './read-all.ts'
import { site } from './site.ts'
import { archive, modality, outcomes, upgradeBoth } from './upgrade-both.ts'

const good = { acceptor: 'secured', requestor: 'secured' }

describe('identities', () => {
  test('from a PKCS #12 bundle', async () => {
    const { ca, client } = site
    const bundle = pkcs12(client, [], 'open sesame')
    const requestor = modality({
      credentials: { identities: [{ pkcs12: bundle, passphrase: 'open sesame' }], ca },
    })
    expect(await outcomes(archive(), requestor)).toEqual(good)
    expect((await requestor.certificates())[0]).toMatchObject({ subject: 'CN=modality' })
  })

  test('a CA inside a bundle is not believed', async () => {
    const { ca, server, stranger, strangersCa } = site
    const bundle = { pkcs12: pkcs12(server, [strangersCa], 'x'), passphrase: 'x' }
    const acceptor = archive({ credentials: { identities: [bundle], ca } })
    const requestor = tls({ credentials: { identities: [stranger], ca } })
    expect((await outcomes(acceptor, requestor)).acceptor).toBe('DCM_TLS_CERTIFICATE_UNTRUSTED')
    expect(await outcomes(acceptor, modality())).toEqual(good)
  })

  test('from an encrypted key', async () => {
    const { ca, client } = site
    const identity = { ...client, key: encryptedKey(client.key, 'open sesame'), passphrase: 'open sesame' }
    expect(await outcomes(archive(), modality({ credentials: { identities: [identity], ca } }))).toEqual(good)
  })

  test('as bytes, and with several CAs in one', async () => {
    const { ca, strangersCa, client } = site
    const identity = { key: Buffer.from(client.key), certificate: Buffer.from(client.certificate) }
    const credentials = { identities: [identity], ca: [Buffer.from(strangersCa + ca)] }
    expect(await outcomes(archive(), modality({ credentials }))).toEqual(good)
  })

  test('below a CA between, which is sent along, in either role', async () => {
    const { ca, departmentServer, departmentClient } = site
    const acceptor = archive({ credentials: { identities: [departmentServer], ca } })
    const requestor = modality({ credentials: { identities: [departmentClient], ca } })
    expect(await outcomes(acceptor, requestor)).toEqual(good)
  })

  test('below a CA between that is only known here, or not at all', async () => {
    const { ca, departmentCa, server, departmentClient } = site
    const [alone = ''] =
      /-----BEGIN[^-]*-----[^-]*-----END[^-]*-----/.exec(departmentClient.certificate) ?? []
    const requestor = modality({
      credentials: { identities: [{ ...departmentClient, certificate: alone }], ca },
    })
    for (const profile of ['bcp195-rfc8996', 'bcp195-rfc8996-modified'] as const) {
      const knowing = archive({ profile, credentials: { identities: [server], ca: [ca, departmentCa] } })
      expect(await outcomes(knowing, requestor)).toEqual(good)
    }
    expect((await outcomes(archive(), requestor)).acceptor).toBe('DCM_TLS_CERTIFICATE_UNTRUSTED')
  })

  test('RSA and ECDSA side by side, each for who asks for it', async () => {
    const { ca, server, ellipticServer, ellipticClient } = site
    const both = archive({
      profile: 'bcp195-extended',
      credentials: { identities: [server, ellipticServer], ca },
    })
    const elliptic = modality({
      profile: 'bcp195-extended',
      credentials: { identities: [ellipticClient], ca },
    })
    const secured = await upgradeBoth(both, elliptic)
    expect(secured.requestor.security[0]).toMatchObject({
      cipherSuite: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
      peer: { name: 'CN=archive-ec' },
    })
    expect(secured.acceptor.security[0]?.peer?.name).toBe('CN=modality-ec')
    secured.requestor.stream.end()
    secured.acceptor.stream.end()
    expect((await both.certificates()).map(({ subject }) => subject)).toEqual(['CN=archive', 'CN=archive-ec'])
    const rsaOnly = modality({ profile: 'bcp195-extended' })
    expect(await outcomes(archive({ profile: 'bcp195-extended' }), rsaOnly)).toEqual(good)
  })
})

describe('credentials that cannot be used', () => {
  const broken: readonly (readonly [string, () => unknown, RegExp?])[] = [
    [
      'the key of another certificate',
      () => ({ identities: [{ ...site.server, key: site.client.key }], ca: site.ca }),
      /the key is not that of the certificate of CN=archive/,
    ],
    [
      'the key of a certificate of another kind',
      () => withKey(site.ellipticServer.key),
      /the key is not that of the certificate of CN=archive/,
    ],
    ['nonsense for a key', () => withKey('nonsense'), /the key is no private key in PEM/],
    ['a certificate for a key', () => withKey(site.server.certificate), /the key is no private key in PEM/],
    ['no CA', () => ({ identities: [site.server], ca: '' })],
    ['a CA that is no certificate', () => ({ identities: [site.server], ca: site.server.key })],
    [
      'an encrypted key without its passphrase',
      () => withKey(encryptedKey(site.server.key, 'right')),
      /the key is encrypted, and there is no passphrase/,
    ],
    [
      'an encrypted key with another passphrase',
      () => withKey(encryptedKey(site.server.key, 'right'), 'wrong'),
      /the passphrase does not open the key/,
    ],
    [
      'a bundle with another passphrase',
      () => withBundle('right', 'wrong'),
      /the passphrase does not open the PKCS #12 bundle/,
    ],
    ['a bundle without its passphrase', () => withBundle('right'), /has a passphrase, and none is given/],
    [
      'nonsense for a bundle',
      () => ({ identities: [{ pkcs12: Buffer.from('nonsense') }], ca: site.ca }),
      /the PKCS #12 bundle cannot be read/,
    ],
    ['a CRL that is none', () => ({ identities: [site.server], ca: site.ca, crl: 'nonsense' })],
    ['a CRL that is a certificate', () => ({ identities: [site.server], ca: site.ca, crl: site.ca })],
    ['a CRL without end', () => ({ identities: [site.server], ca: site.ca, crl: site.crl.slice(0, -40) })],
    [
      'a CRL of nonsense',
      () => ({ identities: [site.server], ca: site.ca, crl: armoured(Buffer.from('nonsense')) }),
    ],
    ['a CRL cut short', () => ({ identities: [site.server], ca: site.ca, crl: cutShort() })],
    ['a list of no CRLs', () => ({ identities: [site.server], ca: site.ca, crl: [] })],
    ['an RSA key of 1024 bits', () => ({ identities: [site.weak], ca: site.ca })],
    [
      'a source that fails',
      () => {
        throw new Error('the vault is closed')
      },
    ],
  ]

  test.each(broken.map(([name, make, words = /./]) => [name, make, words] as const))(
    '%s',
    async (_name, make, words) => {
      const provider = tls({ credentials: () => make() as CertificateCredentials })
      await expect(provider.certificates()).rejects.toMatchObject({
        name: 'SecurityError',
        code: 'DCM_TLS_CREDENTIALS',
        message: expect.stringMatching(words) as string,
      })
      expect((await outcomes(provider, modality())).acceptor).toBe('DCM_TLS_CREDENTIALS')
    },
  )

  test('do not show a secret in their error', async () => {
    const credentials = {
      identities: [{ ...site.server, key: encryptedKey(site.server.key, 'right'), passphrase: 'hunter2' }],
      ca: site.ca,
    }
    const error: unknown = await tls({ credentials })
      .certificates()
      .catch((reason: unknown) => reason)
    expect((error as Error).message).not.toMatch(/hunter2|PRIVATE/)
  })

  test('are not shown by printing a connection or the provider', async () => {
    const { server, ca } = site
    const passphrase = 'hunter2'
    const encrypted = { ...server, key: encryptedKey(server.key, passphrase), passphrase }
    for (const identity of [encrypted, { pkcs12: pkcs12(server, [], passphrase), passphrase }]) {
      const provider = tls({ credentials: { identities: [identity], ca } })
      const { acceptor, requestor } = await upgradeBoth(provider, provider)
      const all = { depth: Infinity, showHidden: true, maxStringLength: Infinity, maxArrayLength: Infinity }
      expect(inspect([acceptor, requestor, provider], all)).not.toMatch(/hunter2|PRIVATE KEY/)
      acceptor.stream.destroy()
      requestor.stream.destroy()
    }
  })

  function armoured(der: Buffer) {
    return `-----BEGIN X509 CRL-----\n${der.toString('base64')}\n-----END X509 CRL-----\n`
  }

  function cutShort() {
    return armoured(Buffer.from(site.crl.split('-----')[2] ?? '', 'base64').subarray(0, -20))
  }

  function withKey(key: string, passphrase?: string) {
    const { server, ca } = site
    return { identities: [{ ...server, key, ...(passphrase === undefined ? {} : { passphrase }) }], ca }
  }

  function withBundle(passphrase: string, tried?: string) {
    return {
      identities: [
        { pkcs12: pkcs12(site.server, [], passphrase), ...(tried !== undefined && { passphrase: tried }) },
      ],
      ca: site.ca,
    }
  }
})

describe('rotate()', () => {
  test('is for new handshakes; an association goes on with the old certificate', async () => {
    const { ca, server, ellipticServer } = site
    let identity = server
    const acceptor = tls({ credentials: () => Promise.resolve({ identities: [identity], ca }) })
    const before = await upgradeBoth(acceptor, modality())
    identity = ellipticServer
    await acceptor.rotate()
    const after = await upgradeBoth(acceptor, modality())
    expect(before.requestor.security[0]?.peer?.name).toBe('CN=archive')
    expect(after.requestor.security[0]?.peer?.name).toBe('CN=archive-ec')
    before.requestor.stream.end('still here')
    expect(await readAll(before.acceptor.stream)).toBe('still here')
    for (const { stream } of [before.acceptor, after.acceptor, after.requestor]) stream.destroy()
  })

  test('a client revoked meanwhile is refused', async () => {
    const { ca, crl, server, revoked } = site
    const lists: string[] = []
    const acceptor = tls({
      credentials: () => ({ identities: [server], ca, ...(lists.length === 0 ? {} : { crl: lists }) }),
    })
    const requestor = tls({ credentials: { identities: [revoked], ca } })
    expect((await outcomes(acceptor, requestor)).acceptor).toBe('secured')
    lists.push(crl)
    await acceptor.rotate()
    expect((await outcomes(acceptor, requestor)).acceptor).toBe('DCM_TLS_CERTIFICATE_REVOKED')
  })

  test('that fails leaves the old credentials in force', async () => {
    const { ca, server } = site
    let current = ca
    const acceptor = tls({ credentials: () => ({ identities: [server], ca: current }) })
    expect(await outcomes(acceptor, modality())).toEqual(good)
    current = 'half written'
    await expect(acceptor.rotate()).rejects.toMatchObject({ code: 'DCM_TLS_CREDENTIALS' })
    expect(await outcomes(acceptor, modality())).toEqual(good)
    current = ca
    await acceptor.rotate()
    expect(await outcomes(acceptor, modality())).toEqual(good)
  })

  test('a first load that fails is tried again', async () => {
    const { ca, server } = site
    let open = false
    const acceptor = tls({
      credentials: () => {
        if (!open) throw new Error('the vault is closed')
        return { identities: [server], ca }
      },
    })
    expect((await outcomes(acceptor, modality())).acceptor).toBe('DCM_TLS_CREDENTIALS')
    open = true
    expect(await outcomes(acceptor, modality())).toEqual(good)
  })

  test('loses no handshake that is under way, however often', async () => {
    const { ca, server, ellipticServer } = site
    const identities = [server, ellipticServer]
    const acceptor = tls({
      credentials: () => {
        identities.reverse()
        return { identities: identities.slice(0, 1), ca }
      },
    })
    const old = await upgradeBoth(acceptor, modality())
    const handshakes = Array.from({ length: 40 }, () => outcomes(acceptor, modality()))
    const rotations = Array.from({ length: 20 }, () => acceptor.rotate())
    expect(await Promise.all(handshakes)).toEqual(handshakes.map(() => good))
    await Promise.all(rotations)
    old.requestor.stream.end('still here')
    expect(await readAll(old.acceptor.stream)).toBe('still here')
    old.acceptor.stream.end()
  })

  test('several at once end with the last one’s credentials', async () => {
    const { ca, server, ellipticServer } = site
    const slow = Promise.withResolvers<CertificateCredentials>()
    const answers = [slow.promise, Promise.resolve({ identities: [ellipticServer], ca })]
    const acceptor = tls({
      credentials: () => answers.shift() ?? Promise.reject(new Error('asked too often')),
    })
    const both = [acceptor.rotate(), acceptor.rotate()]
    slow.resolve({ identities: [server], ca })
    await Promise.all(both)
    expect((await acceptor.certificates())[0]?.subject).toBe('CN=archive-ec')
  })
})

describe('expiry', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  test('can be read, is warned about before, of certificates, CAs and lists, and once a state', async () => {
    const { server, ca, crl } = site
    const messages: string[] = []
    const listen = (message: unknown) => {
      const { what, subject, state } = message as ExpiryMessage
      messages.push(`${what} ${subject} ${state}`)
    }
    subscribe('dcm:transport-tls:expiry', listen)
    try {
      const provider = archive({ credentials: { identities: [server], ca, crl }, expiryWarningDays: 10 })
      const [certificate] = await provider.certificates()
      expect(certificate?.validTo.getTime()).toBeCloseTo(inDays(30).getTime(), -6)
      vi.useFakeTimers({ toFake: ['Date'] })
      // the list is from yesterday to tomorrow, the certificates until in 30 days
      for (const days of [0.4, 0.6, 0.7, 19, 21, 25, 31, 40]) {
        vi.setSystemTime(inDays(days))
        await provider.rotate()
        vi.useRealTimers()
        vi.useFakeTimers({ toFake: ['Date'] })
      }
    } finally {
      unsubscribe('dcm:transport-tls:expiry', listen)
    }
    expect(messages).toEqual([
      'crl CN=Hospital CA expiring',
      'crl CN=Hospital CA expired',
      'certificate CN=archive expiring',
      'ca CN=Hospital CA expiring',
      'certificate CN=archive expired',
      'ca CN=Hospital CA expired',
    ])
  })
})
