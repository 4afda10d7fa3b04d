import { readFile } from 'node:fs/promises'
import type { SecurityProvider } from '@dcm/transport'
import { type CertificateProfileName, tls, tlsProfiles } from '@dcm/transport-tls'
import { usageError } from '../usage-error.ts'
import type { TlsSettings } from './configuration.ts'

/** TLS as the settings have it, with the files that they name. @throws CliError; errors of the file system */
export async function tlsLayer(
  settings: TlsSettings,
  role: 'requestor' | 'acceptor',
): Promise<SecurityProvider> {
  const { profile = 'bcp195-rfc8996', key, certificate, ca, crl, passphraseFile, serverName } = settings
  if (!isCertificateProfile(profile)) {
    const known = Object.keys(tlsProfiles).filter(isCertificateProfile)
    throw usageError(`There is no TLS profile "${profile}" with certificates; there are ${known.join(', ')}.`)
  }
  if (ca === undefined)
    throw usageError('TLS needs the certificate of the CA that is believed: give --tls-ca FILE.')
  if ((key === undefined) !== (certificate === undefined)) {
    throw usageError(
      'A TLS key needs its certificate and the other way round: give --tls-key and --tls-cert.',
    )
  }
  if (role === 'acceptor' && key === undefined) {
    throw usageError('Who listens with TLS shows a certificate: give --tls-key and --tls-cert.')
  }
  const clientAuthentication = clientAuthenticationOf(settings)
  const identities =
    key === undefined || certificate === undefined
      ? []
      : [
          {
            key: await readFile(key),
            certificate: await readFile(certificate),
            ...(passphraseFile !== undefined && {
              passphrase: firstLine(await readFile(passphraseFile)),
            }),
          },
        ]
  return tls({
    profile,
    credentials: {
      identities,
      ca: await readFile(ca),
      ...(crl !== undefined && { crl: await readFile(crl) }),
    },
    clientAuthentication,
    ...(serverName !== undefined && { serverName: serverName === 'any' ? false : serverName }),
    ...(settings.pinnedFingerprint !== undefined && { pinnedFingerprints: [settings.pinnedFingerprint] }),
  })
}

function isCertificateProfile(name: string): name is CertificateProfileName {
  return name in tlsProfiles && name !== 'psk'
}

/** Without a key of ours we are anonymous, and the peer may or may not like it. */
function clientAuthenticationOf({ clientAuthentication, key }: TlsSettings): 'required' | 'none' {
  if (clientAuthentication === undefined) return key === undefined ? 'none' : 'required'
  if (clientAuthentication === 'required' || clientAuthentication === 'none') return clientAuthentication
  throw usageError(`clientAuthentication is "required" or "none", not "${clientAuthentication}".`)
}

function firstLine(bytes: Buffer): string {
  return bytes.toString('utf8').split(/\r?\n/, 1)[0] ?? ''
}
