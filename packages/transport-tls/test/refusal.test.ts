import { describe, expect, test } from 'vitest'
import { type TlsCertificateOptions, tls } from '@dcm/transport-tls'
import { createCertificateAuthority, type KeyAndCertificate } from './certificates.ts'
import { type Site, site } from './site.ts'
import { archive, modality, outcomes } from './upgrade-both.ts'

function shows(identity: KeyAndCertificate, changes: Partial<TlsCertificateOptions> = {}) {
  return tls({ credentials: { identities: [identity], ca: site.ca }, ...changes })
}

/** Which certificates are refused, in either role. Node does not let us load a weak one, so those come from elsewhere. */
const refusedByBoth = [
  ['expired', 'DCM_TLS_CERTIFICATE_EXPIRED'],
  ['notYetValid', 'DCM_TLS_CERTIFICATE_NOT_YET_VALID'],
  ['stranger', 'DCM_TLS_CERTIFICATE_UNTRUSTED'],
] as const satisfies readonly (readonly [keyof Site, string])[]

describe.each(refusedByBoth)('a certificate that is %s', (which, code) => {
  test('is refused by the acceptor', async () => {
    const client = site[which]
    expect(await outcomes(archive(), shows(client))).toMatchObject({ acceptor: code })
  })

  test('is refused by the requestor', async () => {
    const server = site[which]
    expect(await outcomes(shows(server), modality())).toMatchObject({ requestor: code })
  })
})

test('a certificate for servers is refused to a client, and the other way round', async () => {
  const { serverOnly, clientOnly } = site
  expect((await outcomes(archive(), shows(serverOnly))).acceptor).toBe('DCM_TLS_CERTIFICATE_PURPOSE')
  expect((await outcomes(shows(clientOnly), modality())).requestor).toBe('DCM_TLS_CERTIFICATE_PURPOSE')
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
