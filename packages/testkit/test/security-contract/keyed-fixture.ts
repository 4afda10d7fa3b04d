import type { SecurityProviderFixture } from '@dcm/testkit'
import type { ConnectionRole } from '@dcm/transport'
import { keyed } from './keyed-provider.ts'

const names: Record<ConnectionRole, string> = { acceptor: 'ARCHIVE', requestor: 'MODALITY' }
const key = Buffer.alloc(32, 0x11)
const otherKey = Buffer.alloc(32, 0x22)

export function keyedFixture(): SecurityProviderFixture {
  const peerOf = (role: ConnectionRole) => names[role === 'acceptor' ? 'requestor' : 'acceptor']
  return {
    provider: (role) => keyed({ name: names[role], keys: new Map([[peerOf(role), key]]) }),
    wrongKey: (role) => keyed({ name: names[role], keys: new Map([[peerOf(role), otherKey]]) }),
    stranger: (role) => keyed({ name: 'NOBODY', keys: new Map([[peerOf(role), otherKey]]) }),
    identity: (role) => names[role],
  }
}
