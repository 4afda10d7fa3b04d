import { certificateGeneration } from './certificate-generation.ts'
import * as diagnostics from './diagnostics.ts'
import { ExpiryWatch } from './expiry-watch.ts'
import { CurrentGeneration, type Generation } from './generation.ts'
import { loadSource } from './load-source.ts'
import { type TlsProfile, tlsProfiles } from './profiles.ts'
import { pskGeneration } from './psk-generation.ts'
import { layerName, tlsError } from './tls-error.ts'
import type { TlsOptions, TlsProvider } from './tls-options.ts'
import { upgrade } from './upgrade.ts'

/** TLS under DICOM associations, in either role, over any connection. @throws SecurityError `DCM_TLS_OPTION` */
export function tls(options: TlsOptions): TlsProvider {
  const name = options.profile ?? 'bcp195-rfc8996'
  if (!Object.hasOwn(tlsProfiles, name)) {
    throw tlsError(
      'DCM_TLS_OPTION',
      `unknown profile ${name}; there are ${Object.keys(tlsProfiles).join(', ')}`,
    )
  }
  const profile: TlsProfile = tlsProfiles[name]
  if (options.profile !== 'psk') {
    requireKnownAuthentication(options.clientAuthentication)
    requireFingerprints(options.pinnedFingerprints ?? [])
  }
  const generations = new CurrentGeneration(() => load(options, profile))
  const watch = new ExpiryWatch(options.profile === 'psk' ? 0 : (options.expiryWarningDays ?? 30))

  return {
    profile: layerName,
    async certificates() {
      return (await generations.get()).certificates
    },
    async rotate() {
      const { certificates, expiring } = await generations.rotate()
      diagnostics.rotated.publish({ certificates } satisfies diagnostics.RotatedMessage)
      watch.look(expiring)
    },
    upgrade(connection, role, { signal }) {
      return upgrade(connection, role, signal, profile, async () => {
        const generation = await generations.get()
        watch.look(generation.expiring)
        return generation
      })
    },
  }
}

/** What is neither would let everybody in: who writes JavaScript, or reads the value from a file, has no compiler to say so. */
function requireKnownAuthentication(value: unknown): void {
  if (value === undefined || value === 'required' || value === 'none') return
  throw tlsError(
    'DCM_TLS_OPTION',
    `clientAuthentication is ${JSON.stringify(value)}; required and none are allowed`,
  )
}

/** As Node writes them, since a pin of another form would match nobody. */
function requireFingerprints(pins: readonly string[]): void {
  const wrong = pins.find((pin) => !/^[0-9A-F]{2}(:[0-9A-F]{2}){31}$/.test(pin))
  if (wrong === undefined) return
  throw tlsError(
    'DCM_TLS_OPTION',
    `${JSON.stringify(wrong)} is no SHA-256 fingerprint; they have 32 pairs of upper-case hex with colons between`,
  )
}

function load(options: TlsOptions, profile: TlsProfile): Promise<Generation> {
  if (options.profile === 'psk') {
    return loadSource(options.credentials, (credentials) => pskGeneration(credentials, profile))
  }
  const { clientAuthentication = 'required', serverName, pinnedFingerprints } = options
  return loadSource(options.credentials, (credentials) =>
    certificateGeneration(credentials, profile, { clientAuthentication, serverName, pinnedFingerprints }),
  )
}
