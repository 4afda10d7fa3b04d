import { requireUpgrade } from '@dcm/transport'
import { certificateGeneration } from './certificate-generation.ts'
import * as diagnostics from './diagnostics.ts'
import { ExpiryWatch } from './expiry-watch.ts'
import { CurrentGeneration, type Generation } from './generation.ts'
import { loadSource } from './load-source.ts'
import { type TlsProfile, tlsProfiles } from './profiles.ts'
import { pskGeneration } from './psk-generation.ts'
import { requireTlsOptions } from './require-tls-options.ts'
import { layerName, tlsError } from './tls-error.ts'
import type { TlsOptions, TlsProvider } from './tls-options.ts'
import { upgrade } from './upgrade.ts'

/** TLS under DICOM associations, in either role, over any connection. @throws SecurityError `DCM_TLS_OPTION` */
export function tls(options: TlsOptions): TlsProvider {
  requireTlsOptions(options)
  const name = options.profile ?? 'bcp195-rfc8996'
  if (!Object.hasOwn(tlsProfiles, name)) {
    throw tlsError(
      'DCM_TLS_OPTION',
      `unknown profile ${name}; there are ${Object.keys(tlsProfiles).join(', ')}`,
    )
  }
  const profile: TlsProfile = tlsProfiles[name]
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
    async upgrade(connection, role, given) {
      const signal = requireUpgrade(connection, role, given)
      return upgrade(connection, role, signal, profile, async () => {
        const generation = await generations.get()
        watch.look(generation.expiring)
        return generation
      })
    },
  }
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
