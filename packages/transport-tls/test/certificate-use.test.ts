import { expect, test } from 'vitest'
import { tls } from '@dcm/transport-tls'
import { createCertificateAuthority, createRsaKey } from './certificates.ts'
import { outcomes } from './upgrade-both.ts'

const names = ['localhost', '127.0.0.1']
const authority = createCertificateAuthority('CA')
const key = createRsaKey(2048)
const good = authority.issue({ commonName: 'good', names, key })

function shows(identity: { readonly key: string; readonly certificate: string }) {
  return tls({ credentials: { identities: [identity], ca: authority.certificate } })
}

test('a certificate issued by one that is no CA is refused, in either role (RFC 5280 6.1.4)', async () => {
  const forged = authority.issuerWithoutCaFlag('modality').issue({ commonName: 'forged', names, key })
  expect((await outcomes(shows(good), shows(forged))).acceptor).toBe('DCM_TLS_CERTIFICATE_UNTRUSTED')
  expect((await outcomes(shows(forged), shows(good))).requestor).toBe('DCM_TLS_CERTIFICATE_UNTRUSTED')
})

test.each(['keyEncipherment', 'cRLSign'] as const)(
  'a certificate whose key may only do %s is refused, in either role (RFC 8446 4.4.2.2)',
  async (keyUsage) => {
    const unfit = authority.issue({ commonName: 'unfit', names, key, keyUsage })
    expect((await outcomes(shows(good), shows(unfit))).acceptor).toBe('DCM_TLS_CERTIFICATE_PURPOSE')
    expect((await outcomes(shows(unfit), shows(good))).requestor).toBe('DCM_TLS_CERTIFICATE_PURPOSE')
  },
)
