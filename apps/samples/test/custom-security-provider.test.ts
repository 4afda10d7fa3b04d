import { describeSecurityProvider } from '@dcm/testkit'
import type { ConnectionRole } from '@dcm/transport'
import { describe, it } from 'vitest'
import { watchword } from '../src/custom-security-provider.ts'

const names: Record<ConnectionRole, string> = { acceptor: 'STEPS', requestor: 'SCU' }

function knows(role: ConnectionRole, word: string, name = names[role]) {
  const peer = role === 'acceptor' ? names.requestor : names.acceptor
  return watchword(name, new Map([[peer, word]]))
}

describeSecurityProvider({ describe, it }, () => ({
  provider: (role) => knows(role, 'sesame'),
  wrongKey: (role) => knows(role, 'rhubarb'),
  stranger: (role) => knows(role, 'rhubarb', 'NOBODY'),
  identity: (role) => names[role],
}))
