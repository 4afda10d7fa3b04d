import { optionFault } from '@dcm/transport'
import { IsclConfigurationError } from '../iscl-configuration-error.ts'
import { KeyRing } from './key-ring.ts'
import type { KeySlot } from './key-slot.ts'

/** Both rings of an application entity. */
export interface IsclKeys {
  /** Prove who the two ends are. */
  readonly authentication: KeyRing
  /** Go into the keys of the packets, so that knowing one ring is not enough to read. */
  readonly traffic: KeyRing
}

/**
 * Checks the slots and makes rings of them.
 *
 * @throws IsclConfigurationError also when the same octets stand in two slots: a key has one peer and one purpose; and when a peer
 * has a slot in one ring only: with one key no handshake comes to its end.
 */
export function isclKeys(slots: {
  readonly authentication: readonly KeySlot[]
  readonly traffic: readonly KeySlot[]
}): IsclKeys {
  const fault = optionFault('isclKeys()', slots, { authentication: 'array', traffic: 'array' }, [
    'authentication',
    'traffic',
  ])
  if (fault !== undefined) throw new IsclConfigurationError(fault)
  const keys = {
    authentication: new KeyRing(slots.authentication),
    traffic: new KeyRing(slots.traffic),
  }
  const seen = new Set<string>()
  for (const { key, peer, index } of [...slots.authentication, ...slots.traffic]) {
    const octets = Buffer.from(key).toString('latin1')
    if (seen.has(octets)) {
      throw new IsclConfigurationError(`the key of ${peer}, index ${String(index)}, stands in two slots`)
    }
    seen.add(octets)
  }
  requirePeers('traffic', keys.traffic, keys.authentication.peers)
  requirePeers('authentication', keys.authentication, keys.traffic.peers)
  return keys
}

function requirePeers(name: string, { peers }: KeyRing, needed: readonly string[]): void {
  const missing = needed.find((peer) => !peers.includes(peer))
  if (missing === undefined) return
  throw new IsclConfigurationError(`${name} has no key slot of ${missing}; a peer needs one in both rings`)
}
