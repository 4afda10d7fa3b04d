import type { SecurityContext } from '@dcm/transport'

/** Which certificates, as SHA-256 fingerprints (upper-case hex with colons), may call under an AE title. */
export type AeTitlePins = Readonly<Record<string, readonly string[]>>

/**
 * A policy for whoever accepts associations: the Calling AE title must be listed, and one of the security layers must have proven
 * one of its certificates. TLS itself never looks at AE titles.
 */
export function aeTitlePins(
  pins: AeTitlePins,
): (security: readonly SecurityContext[], callingAeTitle: string) => boolean {
  const byAeTitle = new Map(Object.entries(pins))
  return (security, callingAeTitle) => {
    const allowed = byAeTitle.get(callingAeTitle) ?? []
    return security.some(
      ({ peer }) => peer?.fingerprint256 !== undefined && allowed.includes(peer.fingerprint256),
    )
  }
}
