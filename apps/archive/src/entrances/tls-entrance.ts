import { readFile } from 'node:fs/promises'
import type { Logger } from 'pino'
import { secured } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { aeTitlePins, type CertificateCredentials, tls } from '@dcm/transport-tls'
import type { TlsSettings } from '../settings/tls-settings.ts'
import type { Entrance } from './entrance.ts'
import { logHandshakeFailures, logTlsEvents } from './log-security.ts'
import { readAeTitlePins } from './read-ae-title-pins.ts'

export function tlsEntrance(settings: TlsSettings, logger: Logger): Entrance {
  const { port, profile, clientAuthentication, aeTitlePinsFile } = settings
  const provider = tls({ profile, clientAuthentication, credentials: () => readCredentials(settings) })
  let pins = aeTitlePins({})
  logTlsEvents(logger)
  if (clientAuthentication === 'none')
    logger.warn({ clientAuthentication }, 'TLS clients are let in without a certificate')
  return {
    name: `TLS, ${profile}`,
    port,
    transport: secured(tcp(), { providers: [provider], onHandshakeFailure: logHandshakeFailures(logger) }),
    sender: `storescu ${clientAuthentication === 'none' ? '+tla' : '+tls YOUR.key YOUR.pem'} +cf CA.pem`,
    reload: async () => {
      const next = aeTitlePinsFile === undefined ? pins : aeTitlePins(await readAeTitlePins(aeTitlePinsFile))
      await provider.rotate()
      pins = next
    },
    ...(aeTitlePinsFile !== undefined && {
      mayCall: (security, callingAeTitle) => pins(security, callingAeTitle),
    }),
  }
}

async function readCredentials(settings: TlsSettings): Promise<CertificateCredentials> {
  const { passphraseFile, caFiles, crlFiles } = settings
  const opener =
    passphraseFile === undefined
      ? {}
      : { passphrase: (await readFile(passphraseFile, 'utf8')).split(/\r?\n/, 1)[0] ?? '' }
  const identities = settings.identities.map(async ({ key, certificate }) => ({
    key: await readFile(key),
    certificate: await readFile(certificate),
    ...opener,
  }))
  return {
    identities: await Promise.all(identities),
    ca: await readAll(caFiles),
    ...(crlFiles.length > 0 && { crl: await readAll(crlFiles) }),
  }
}

function readAll(files: readonly string[]): Promise<Buffer[]> {
  return Promise.all(files.map((file) => readFile(file)))
}
