import type { ConnectionRole, SecurityProvider } from '@dcm/transport'
import type { TlsSettings } from './configuration.ts'
import { tlsWithCertificates } from './tls-with-certificates.ts'
import { tlsWithPreSharedKeys } from './tls-with-pre-shared-keys.ts'

/** TLS as the settings have it, with the files that they name. @throws CliError; errors of the file system */
export function tlsLayer(settings: TlsSettings, role: ConnectionRole): Promise<SecurityProvider> {
  return settings.profile === 'psk' ||
    settings.preSharedKeys !== undefined ||
    settings.preSharedKeyIdentity !== undefined
    ? tlsWithPreSharedKeys(settings, role)
    : tlsWithCertificates(settings, role)
}
