import type { Logger } from 'pino'
import { secured, type SecurityContext } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { type AeTitlePins, aeTitlePins, tls, type TlsProvider } from '@dcm/transport-tls'
import type { TlsSettings } from '../settings/tls-settings.ts'
import type { Entrance } from './entrance.ts'
import { logHandshakeFailures, logTlsEvents } from './log-security.ts'
import { readAeTitlePins } from './read-ae-title-pins.ts'
import { readCertificates, readPreSharedKeys } from './read-tls-credentials.ts'

type MayCall = NonNullable<Entrance['mayCall']>

export function tlsEntrance(settings: TlsSettings, logger: Logger): Entrance {
  const { port, profile, aeTitlePinsFile } = settings
  const provider = tlsProvider(settings, logger)
  let mayCall: MayCall = () => aeTitlePinsFile === undefined
  logTlsEvents(logger)
  return {
    name: `TLS, ${profile}`,
    port,
    transport: secured(tcp(), { providers: [provider], onHandshakeFailure: logHandshakeFailures(logger) }),
    ...senderOf(settings),
    reload: async () => {
      const next =
        aeTitlePinsFile === undefined ? mayCall : pinned(await readAeTitlePins(aeTitlePinsFile, profile))
      await provider.rotate()
      mayCall = next
    },
    mayCall: (security, callingAeTitle) => mayCall(security, callingAeTitle),
  }
}

function tlsProvider(settings: TlsSettings, logger: Logger): TlsProvider {
  if (settings.profile === 'psk') {
    const { keyFile } = settings
    return tls({ profile: 'psk', credentials: () => readPreSharedKeys(keyFile, logger) })
  }
  const { profile, clientAuthentication } = settings
  if (clientAuthentication === 'none')
    logger.warn({ clientAuthentication }, 'TLS clients are let in without a certificate')
  return tls({ profile, clientAuthentication, credentials: () => readCertificates(settings, logger) })
}

/** DCMTK has no pre-shared keys. */
function senderOf(settings: TlsSettings): Pick<Entrance, 'sender'> {
  if (settings.profile === 'psk') return {}
  const shown = settings.clientAuthentication === 'none' ? '+tla' : '+tls YOUR.key YOUR.pem'
  return { sender: `storescu ${shown} +cf CA.pem` }
}

/** Over TLS who is listed, and proven. Elsewhere who is not listed: nobody gets around a pin by taking another port. */
function pinned(pins: AeTitlePins): MayCall {
  const isProven = aeTitlePins(pins)
  return (security, callingAeTitle) =>
    cameByTls(security) ? isProven(security, callingAeTitle) : !Object.hasOwn(pins, callingAeTitle)
}

function cameByTls(security: readonly SecurityContext[]): boolean {
  return security.some(({ profile }) => profile === 'tls')
}
