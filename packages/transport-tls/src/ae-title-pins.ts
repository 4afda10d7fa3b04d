import type { SecurityContext } from '@dcm/transport'
import { layerName, tlsError } from './tls-error.ts'

/** Who may call under an AE title: certificates as SHA-256 fingerprints (upper-case hex with colons), pre-shared keys by identity. */
export type AeTitlePins = Readonly<Record<string, readonly string[]>>

/**
 * A policy for whoever accepts associations: the Calling AE title must be listed, and one of the security layers must have proven
 * one of its certificates, or TLS one of its pre-shared keys. TLS itself never looks at AE titles.
 *
 * @throws SecurityError `DCM_TLS_OPTION` for pins that are no lists: part of a text would be enough to match it
 */
export function aeTitlePins(
  pins: AeTitlePins,
): (security: readonly SecurityContext[], callingAeTitle: string) => boolean {
  const byAeTitle = new Map(Object.entries(pins))
  for (const [aeTitle, allowed] of byAeTitle) {
    if (!Array.isArray(allowed)) throw tlsError('DCM_TLS_OPTION', `the pins of ${aeTitle} are no array`)
  }
  if (Symbol.iterator in pins) {
    throw tlsError('DCM_TLS_OPTION', 'the pins are no object; allowed is an array of pins by AE title')
  }
  return (security, callingAeTitle) => {
    const allowed = byAeTitle.get(callingAeTitle) ?? []
    return security.some((context) => {
      const pin = pinOf(context)
      return pin !== undefined && allowed.includes(pin)
    })
  }
}

/** Other layers have keys of their own, under the same identities; and a certificate's names are what its CA let pass. */
function pinOf({ profile, peer }: SecurityContext): string | undefined {
  return profile === layerName && peer?.kind === 'psk' ? peer.name : peer?.fingerprint256
}
