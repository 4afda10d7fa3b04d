import type { ConnectionRole, SecurityProvider } from '@dcm/transport'
import { type CertificateProfileName, tls, type TlsIdentity, tlsProfiles } from '@dcm/transport-tls'
import { readFile, readFirstLine } from '../read-file.ts'
import { usageError } from '../usage-error.ts'
import type { TlsSettings } from './configuration.ts'

/** TLS by certificates. @throws CliError; errors of the file system */
export async function tlsWithCertificates(
  settings: TlsSettings,
  role: ConnectionRole,
): Promise<SecurityProvider> {
  const { profile = 'bcp195-rfc8996', ca, crl, serverName } = settings
  if (!isCertificateProfile(profile)) {
    throw usageError(
      `There is no TLS profile "${profile}"; there are ${Object.keys(tlsProfiles).join(', ')}.`,
    )
  }
  if (ca === undefined)
    throw usageError('TLS needs the certificate of the CA that is believed: give --tls-ca FILE.')
  const identities = await ourIdentities(settings)
  if (role === 'acceptor' && identities.length === 0) {
    throw usageError('Who listens with TLS shows a certificate: give --tls-key and --tls-cert, or --tls-p12.')
  }
  const credentials = {
    identities,
    ca: await readFile(ca),
    ...(crl !== undefined && { crl: await readFile(crl) }),
  }
  const clientAuthentication = clientAuthenticationOf(settings, identities)
  try {
    const provider = tls({
      profile,
      credentials,
      clientAuthentication,
      ...(serverName !== undefined && { serverName: serverName === 'any' ? false : serverName }),
      ...(settings.pinnedFingerprint !== undefined && { pinnedFingerprints: [settings.pinnedFingerprint] }),
    })
    // Asked for now, so that nobody is called, and nothing listened on, with credentials that nobody can be shown.
    await provider.certificates()
    return provider
  } catch (error) {
    throw usageError(`TLS is not possible: ${(error as Error).message}; check what was given for it.`)
  }
}

function isCertificateProfile(name: string): name is CertificateProfileName {
  return name in tlsProfiles && name !== 'psk'
}

/** A key with its certificate, a bundle of both, or the two, of which a peer gets what it can use. */
async function ourIdentities({
  key,
  certificate,
  pkcs12,
  passphraseFile,
}: TlsSettings): Promise<readonly TlsIdentity[]> {
  if ((key === undefined) !== (certificate === undefined)) {
    throw usageError(
      'A TLS key needs its certificate and the other way round: give --tls-key and --tls-cert.',
    )
  }
  const opener = passphraseFile === undefined ? {} : { passphrase: await readFirstLine(passphraseFile) }
  return [
    ...(key === undefined || certificate === undefined
      ? []
      : [{ key: await readFile(key), certificate: await readFile(certificate), ...opener }]),
    ...(pkcs12 === undefined ? [] : [{ pkcs12: await readFile(pkcs12), ...opener }]),
  ]
}

/** Without a certificate of ours we are anonymous, and the peer may or may not like it. */
function clientAuthenticationOf(
  { clientAuthentication }: TlsSettings,
  identities: readonly TlsIdentity[],
): 'required' | 'none' {
  if (clientAuthentication === undefined) return identities.length === 0 ? 'none' : 'required'
  if (clientAuthentication === 'required' || clientAuthentication === 'none') return clientAuthentication
  throw usageError(`clientAuthentication is "required" or "none", not "${clientAuthentication}".`)
}
