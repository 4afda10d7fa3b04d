import { X509Certificate } from 'node:crypto'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type TlsCertificateOptions, tls } from '@dcm/transport-tls'
import { createCertificateAuthority, inDays, createRsaKey, type KeyAndCertificate } from './certificates.ts'
import { loopbackPair } from './loopback.ts'
import { shortCertificates } from './short-certificates.ts'
import { type Site, site } from './site.ts'
import { archive, modality, outcomes, signal } from './upgrade-both.ts'

function shows(identity: KeyAndCertificate, changes: Partial<TlsCertificateOptions> = {}) {
  return tls({ credentials: { identities: [identity], ca: site.ca }, ...changes })
}

/** Which certificates are refused, in either role. Node does not let us load a weak one, so those come from elsewhere. */
const refusedByBoth = [
  ['expired', 'DCM_TLS_CERTIFICATE_EXPIRED', 'has expired'],
  ['notYetValid', 'DCM_TLS_CERTIFICATE_NOT_YET_VALID', 'is not valid yet'],
  ['stranger', 'DCM_TLS_CERTIFICATE_UNTRUSTED', 'leads to no CA that is believed here'],
] as const satisfies readonly (readonly [keyof Site, string, string])[]

describe.each(refusedByBoth)('a certificate that is %s', (which, code, words) => {
  test('is refused by the acceptor', async () => {
    const client = site[which]
    expect(await outcomes(archive(), shows(client))).toMatchObject({ acceptor: code })
  })

  test('is refused by the requestor', async () => {
    const server = site[which]
    expect(await outcomes(shows(server), modality())).toMatchObject({ requestor: code })
  })

  test('is refused in words', async () => {
    const { acceptor, requestor } = await loopbackPair()
    const shown = shows(site[which]).upgrade(acceptor, 'acceptor', { signal })
    await expect(modality().upgrade(requestor, 'requestor', { signal })).rejects.toThrow(` ${words}`)
    await shown.catch(() => undefined)
    acceptor.stream.destroy()
  })
})

test('a stranger’s chain is verified by OpenSSL alone, and not once more by us', async () => {
  const below = createCertificateAuthority('Strangers CA').subordinate('A').subordinate('B')
  const verify = vi.spyOn(X509Certificate.prototype, 'verify')
  onTestFinished(() => {
    verify.mockRestore()
  })
  const stranger = shows(below.issue({ commonName: 'stranger', names: ['127.0.0.1'] }))
  expect((await outcomes(stranger, modality())).requestor).toBe('DCM_TLS_CERTIFICATE_UNTRUSTED')
  expect(verify).not.toHaveBeenCalled()
})

test('a stranger with a name of 30 000 characters writes no such line into the log', async () => {
  const { acceptor, requestor } = await loopbackPair()
  const stranger = createCertificateAuthority('x'.repeat(30_000))
  const shown = shows(stranger).upgrade(requestor, 'requestor', { signal })
  const refused = archive().upgrade(acceptor, 'acceptor', { signal })
  const name = `CN=${'x'.repeat(253)}…`
  await expect(refused).rejects.toThrow(`of ${name} is self-signed, and none of the CAs`)
  await shown.catch(() => undefined)
  requestor.stream.destroy()
})

test('a certificate for servers is refused to a client, and the other way round', async () => {
  const { serverOnly, clientOnly } = site
  expect((await outcomes(archive(), shows(serverOnly))).acceptor).toBe('DCM_TLS_CERTIFICATE_PURPOSE')
  expect((await outcomes(shows(clientOnly), modality())).requestor).toBe('DCM_TLS_CERTIFICATE_PURPOSE')
})

describe('a CA between that is weak', () => {
  const authority = createCertificateAuthority('CA')
  const server = authority.issue({ commonName: 'server', names: ['127.0.0.1'] })

  test.each([
    ['by its key', { key: createRsaKey(1024) }],
    ['by its signature', { digest: 'sha1' }],
  ] as const)('%s, makes nobody trusted, in either role', async (_, weak) => {
    const below = authority.subordinate('Weak CA', weak).issue({ commonName: 'x', names: ['127.0.0.1'] })
    const { certificate: ca } = authority
    for (const profile of ['bcp195-rfc8996', 'bcp195-rfc8996-modified'] as const) {
      const careful = tls({ profile, credentials: { identities: [server], ca } })
      // a profile below level 2 lets us load what others would show
      const lax = tls({ profile: 'bcp195-rfc8996-modified', credentials: { identities: [below], ca } })
      // Node 24 hides a client's CAs from us, and has no word for OpenSSL's verdict on them
      expect((await outcomes(careful, lax)).acceptor).toMatch(/^DCM_TLS_CERTIFICATE_(WEAK|UNTRUSTED)$/)
      expect((await outcomes(lax, careful)).requestor).toBe('DCM_TLS_CERTIFICATE_WEAK')
    }
  })
})

test('a CA on a curve without a NIST name makes no server trusted, and does not end the process', async () => {
  for (const curve of ['secp256k1', 'brainpoolP256r1']) {
    const { ca, server, client } = shortCertificates(curve)
    const acceptor = tls({ credentials: { identities: [server], ca } })
    const requestor = tls({ serverName: 'localhost', credentials: { identities: [client], ca } })
    expect((await outcomes(acceptor, requestor)).requestor).toBe('DCM_TLS_CERTIFICATE_WEAK')
  }
})

describe('with revocation lists', () => {
  function withList(crl: string | readonly string[]) {
    const { ca, server } = site
    return archive({ credentials: { identities: [server], ca, crl } })
  }

  test('a listed certificate is refused, another is not', async () => {
    const { crl, revoked } = site
    expect((await outcomes(withList(crl), shows(revoked))).acceptor).toBe('DCM_TLS_CERTIFICATE_REVOKED')
    expect(await outcomes(withList(crl), modality())).toEqual({ acceptor: 'secured', requestor: 'secured' })
    expect((await outcomes(archive(), shows(revoked))).acceptor).toBe('secured')
  })

  test('each of several lists counts, in one text or many', async () => {
    const { crl, strangersCrl, revoked } = site
    for (const lists of [strangersCrl + crl, `${strangersCrl}${strangersCrl}\n${crl}`, [strangersCrl, crl]]) {
      expect((await outcomes(withList(lists), shows(revoked))).acceptor).toBe('DCM_TLS_CERTIFICATE_REVOKED')
      expect((await outcomes(withList(lists), modality())).acceptor).toBe('secured')
    }
  })

  test('a CA between needs one too', async () => {
    const { crl, departmentClient } = site
    expect((await outcomes(withList(crl), shows(departmentClient))).acceptor).toBe(
      'DCM_TLS_REVOCATION_UNKNOWN',
    )
  })

  test('an outdated list, or none of the right CA, lets nobody in', async () => {
    const { outdatedCrl, strangersCrl } = site
    expect((await outcomes(withList(outdatedCrl), modality())).acceptor).toBe('DCM_TLS_REVOCATION_UNKNOWN')
    expect((await outcomes(withList(strangersCrl), modality())).acceptor).toBe('DCM_TLS_REVOCATION_UNKNOWN')
  })

  test('a list that is not valid yet, or that another than its CA signed, lets nobody in', async () => {
    const authority = createCertificateAuthority('Clinic CA')
    const server = authority.issue({ commonName: 'archive', names: ['127.0.0.1'] })
    const ca = authority.certificate
    const careful = (crl: string) => archive({ credentials: { identities: [server], ca, crl } })
    const own = modality({ credentials: { identities: [server], ca } })
    const early = authority.revocationList([], inDays(9), inDays(2))
    const forged = createCertificateAuthority('Clinic CA').revocationList([])
    for (const crl of [early, forged]) {
      expect((await outcomes(careful(crl), own)).acceptor).toBe('DCM_TLS_REVOCATION_UNKNOWN')
    }
    const good = authority.revocationList([])
    expect((await outcomes(careful(good), own)).acceptor).toBe('secured')
  })

  test('somebody who vouches for himself is untrusted, not without a list', async () => {
    const himself = createCertificateAuthority('himself')
    expect((await outcomes(withList(site.crl), shows(himself))).acceptor).toBe(
      'DCM_TLS_CERTIFICATE_UNTRUSTED',
    )
  })

  test('a requestor looks too', async () => {
    const { ca, crl, client, revoked } = site
    const careful = modality({ credentials: { identities: [client], ca, crl } })
    expect((await outcomes(shows(revoked), careful)).requestor).toBe('DCM_TLS_CERTIFICATE_REVOKED')
  })
})

describe('the name in the server’s certificate', () => {
  test('is the host that was called, unless told otherwise', async () => {
    const elsewhere = shows(site.otherHost)
    expect((await outcomes(elsewhere, modality())).requestor).toBe('DCM_TLS_SERVER_NAME')
    expect((await outcomes(elsewhere, modality({ serverName: 'elsewhere.example' }))).requestor).toBe(
      'secured',
    )
    expect((await outcomes(elsewhere, modality({ serverName: 'other.example' }))).requestor).toBe(
      'DCM_TLS_SERVER_NAME',
    )
  })

  test('is an IP name where an address was called, and never the common name', async () => {
    const authority = createCertificateAuthority('CA')
    const call = (serverName: string, commonName: string, ...names: readonly string[]) => {
      const identities = [authority.issue({ commonName, names })]
      const provider = tls({ serverName, credentials: { identities, ca: authority.certificate } })
      return outcomes(provider, provider)
    }
    expect((await call('2001:db8::1', 'x', '2001:db8::1')).requestor).toBe('secured')
    expect((await call('192.0.2.1', 'x', '192.0.2.1')).requestor).toBe('secured')
    for (const [called, name] of [
      ['192.0.2.1', '192.0.2.2'],
      ['192.0.2.1', 'elsewhere.example'],
      ['archive.example', 'elsewhere.example'],
      ['', 'elsewhere.example'],
    ] as const)
      expect((await call(called, called || 'x', name)).requestor).toBe('DCM_TLS_SERVER_NAME')
  })

  test('may have a wildcard for a whole label, and not for a part of one', async () => {
    const authority = createCertificateAuthority('CA')
    const call = async (name: string) => {
      const identities = [authority.issue({ commonName: 'x', names: [name] })]
      const credentials = { identities, ca: authority.certificate }
      const provider = tls({ serverName: 'archive.hospital.example', credentials })
      return (await outcomes(provider, provider)).requestor
    }
    expect(await call('*.hospital.example')).toBe('secured')
    for (const name of ['arch*.hospital.example', '*ive.hospital.example', '*.example', '*'])
      expect(await call(name)).toBe('DCM_TLS_SERVER_NAME')
  })

  test('does not matter to a requestor that says so', async () => {
    expect((await outcomes(shows(site.otherHost), modality({ serverName: false }))).requestor).toBe('secured')
  })
})

describe('pinned fingerprints', () => {
  test('narrow what is trusted, in either role', async () => {
    const [{ fingerprint256: ours }, { fingerprint256: theirs }] = await Promise.all([
      first(modality()),
      first(archive()),
    ])
    expect(
      await outcomes(archive({ pinnedFingerprints: [ours] }), modality({ pinnedFingerprints: [theirs] })),
    ).toEqual({
      acceptor: 'secured',
      requestor: 'secured',
    })
    expect((await outcomes(archive({ pinnedFingerprints: [theirs] }), modality())).acceptor).toBe(
      'DCM_TLS_NOT_PINNED',
    )
    expect((await outcomes(archive(), modality({ pinnedFingerprints: [] }))).requestor).toBe(
      'DCM_TLS_NOT_PINNED',
    )
  })

  test('do not make a stranger trusted', async () => {
    const { fingerprint256 } = await first(shows(site.stranger))
    const { acceptor } = await outcomes(
      archive({ pinnedFingerprints: [fingerprint256] }),
      shows(site.stranger),
    )
    expect(acceptor).toBe('DCM_TLS_CERTIFICATE_UNTRUSTED')
  })
})

describe('anonymous clients', () => {
  const anonymous = { clientAuthentication: 'none' } as const

  test('are refused by default', async () => {
    expect((await outcomes(archive(), modality(anonymous))).acceptor).toBe('DCM_TLS_NO_CERTIFICATE')
  })

  test('are let in by the policy, without an identity, and a requestor still proves the server', async () => {
    expect(await outcomes(archive(anonymous), modality(anonymous))).toEqual({
      acceptor: 'secured',
      requestor: 'secured',
    })
    expect((await outcomes(shows(site.stranger, anonymous), modality(anonymous))).requestor).toBe(
      'DCM_TLS_CERTIFICATE_UNTRUSTED',
    )
  })

  test('need no identity of their own, which a requestor otherwise does', async () => {
    const bare = { credentials: { identities: [], ca: site.ca } }
    expect(await outcomes(archive(anonymous), tls({ ...bare, ...anonymous }))).toEqual({
      acceptor: 'secured',
      requestor: 'secured',
    })
    expect((await outcomes(archive(), tls(bare))).requestor).toBe('DCM_TLS_CREDENTIALS')
    expect((await outcomes(tls(bare), modality())).acceptor).toBe('DCM_TLS_CREDENTIALS')
  })
})

async function first(provider: ReturnType<typeof tls>) {
  const [certificate] = await provider.certificates()
  if (certificate === undefined) throw new Error('no certificate')
  return certificate
}
