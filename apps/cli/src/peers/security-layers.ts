import { readFile } from 'node:fs/promises'
import { iscl, readIsclKeyFile } from '@dcm/security-iscl'
import { secured, type SecuredOptions, type SecurityProvider, type Transport } from '@dcm/transport'
import { tcp, type TcpOptions } from '@dcm/transport-tcp'
import { type CertificateProfileName, tls, tlsProfiles } from '@dcm/transport-tls'
import { usageError } from '../usage-error.ts'
import type { IsclSettings, SecuritySettings, TlsSettings } from './configuration.ts'

/** TCP, and over it the layers in their order, the one nearest the socket first. */
export async function transportWith(
  layers: readonly SecuritySettings[],
  role: 'requestor' | 'acceptor',
  options: TcpOptions & Pick<SecuredOptions, 'onHandshakeFailure'> = {},
): Promise<Transport> {
  const { onHandshakeFailure, ...tcpOptions } = options
  const transport = tcp(tcpOptions)
  if (layers.length === 0) return transport
  const providers = await Promise.all(
    layers.map((layer) => (layer.kind === 'tls' ? tlsLayer(layer, role) : isclLayer(layer))),
  )
  return secured(transport, { providers, ...(onHandshakeFailure && { onHandshakeFailure }) })
}

async function tlsLayer(settings: TlsSettings, role: 'requestor' | 'acceptor'): Promise<SecurityProvider> {
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

async function isclLayer({ keys, identity, peer }: IsclSettings): Promise<SecurityProvider> {
  if (keys === undefined || identity === undefined) {
    throw usageError(
      'ISCL needs a key file and our identity: give --iscl-keys FILE and --iscl-identity NAME.',
    )
  }
  return iscl({ keys: await readIsclKeyFile(keys), identity, ...(peer !== undefined && { peer }) })
}

function firstLine(bytes: Buffer): string {
  return bytes.toString('utf8').split(/\r?\n/, 1)[0] ?? ''
}
