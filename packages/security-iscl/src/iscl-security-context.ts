import type { PeerIdentity, SecurityContext } from '@dcm/transport'
import type { IsclSession } from './engine/iscl-event.ts'
import { SUITES } from './engine/suite.ts'

/** What this layer did for a connection; found in `connection.security` by its profile `iscl`. */
export interface IsclSecurityContext extends SecurityContext {
  readonly profile: 'iscl'
  readonly protocol: 'ISC2/2'
  readonly cipherSuite: IsclSession['suite']
  readonly peer: PeerIdentity & { readonly kind: 'psk' }
  /** Whether X25519 took part in the keys. */
  readonly forwardSecret: boolean
  readonly maxPacketBytes: number
  readonly authenticationKeyIndex: number
  readonly trafficKeyIndex: number
}

export function isclSecurityContext(session: IsclSession): IsclSecurityContext {
  const { peerIdentity, suite, ...rest } = session
  return {
    profile: 'iscl',
    protocol: 'ISC2/2',
    cipherSuite: suite,
    confidential: SUITES[suite].confidential,
    peer: { kind: 'psk', name: peerIdentity },
    ...rest,
  }
}
