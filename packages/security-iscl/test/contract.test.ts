import { iscl, isclKeys, type IsclSuite } from '@dcm/security-iscl'
import { describeSecurityProvider } from '@dcm/testkit'
import type { ConnectionRole } from '@dcm/transport'
import { describe, it } from 'vitest'
import { slot } from './support/engine-pair.ts'

const NAMES: Record<ConnectionRole, string> = { acceptor: 'ARCHIVE', requestor: 'CT-1' }

function side(role: ConnectionRole, suite: IsclSuite, octet: number, identity = NAMES[role]) {
  const peer = role === 'acceptor' ? NAMES.requestor : NAMES.acceptor
  const keys = isclKeys({ authentication: [slot(peer, 1, octet)], traffic: [slot(peer, 3, octet + 1)] })
  return iscl({ identity, keys, suites: [suite] })
}

const suites: IsclSuite[] = ['aes-256-gcm', 'chacha20-poly1305', 'hmac-sha256-integrity']

describe.each(suites)('under %s', (suite) => {
  describeSecurityProvider({ describe, it }, () => ({
    provider: (role) => side(role, suite, 0x11),
    wrongKey: (role) => side(role, suite, 0x55),
    stranger: (role) => side(role, suite, 0x55, 'NOBODY'),
    identity: (role) => NAMES[role],
  }))
})
