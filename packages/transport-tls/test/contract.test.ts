import { describeSecurityProvider } from '@dcm/testkit'
import { tls } from '@dcm/transport-tls'
import { describe, it } from 'vitest'
import type { KeyAndCertificate } from './certificates.ts'
import { shortCertificates } from './short-certificates.ts'

const [site, elsewhere] = [shortCertificates(), shortCertificates()]

function certified(identity: KeyAndCertificate, ca = site.ca) {
  return tls({ credentials: { identities: [identity], ca }, serverName: 'localhost' })
}

describe('with certificates', () => {
  describeSecurityProvider({ describe, it }, () => {
    const honest = { acceptor: certified(site.server), requestor: certified(site.client) }
    const likeHonest = { acceptor: elsewhere.server, requestor: elsewhere.client }
    return {
      provider: (role) => honest[role],
      // names like the honest ones', from another CA
      wrongKey: (role) => certified(likeHonest[role]),
      stranger: () => certified(elsewhere.client, elsewhere.ca),
      identity: (role) => (role === 'acceptor' ? 'CN=server' : 'CN=client'),
    }
  })
})

const key = new Uint8Array(32).fill(1)
const otherKey = new Uint8Array(32).fill(2)

function keyed(identity: string, itsKey: Uint8Array) {
  return tls({ profile: 'psk', credentials: { keys: new Map([[identity, itsKey]]), identity } })
}

describe('with pre-shared keys', () => {
  describeSecurityProvider({ describe, it }, () => ({
    provider: () => keyed('CT', key),
    wrongKey: () => keyed('CT', otherKey),
    stranger: () => keyed('MR', otherKey),
    identity: () => 'CT',
  }))
})
