import type { Logger } from 'pino'
import { iscl, IsclConfigurationError, type IsclKeys, readIsclKeyFile } from '@dcm/security-iscl'
import { secured } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import type { IsclSettings } from '../settings/iscl-settings.ts'
import type { Entrance } from './entrance.ts'
import { logHandshakeFailures, logIsclEvents } from './log-security.ts'

export function isclEntrance({ port, keyFile, identity }: IsclSettings, logger: Logger): Entrance {
  let keys: IsclKeys | undefined
  const provider = iscl({
    identity,
    keys: () => {
      if (!keys) throw new Error('the key file was not read yet')
      return keys
    },
  })
  logIsclEvents(logger)
  return {
    name: 'ISCL, experimental',
    port,
    transport: secured(tcp(), { providers: [provider], onHandshakeFailure: logHandshakeFailures(logger) }),
    reload: async () => {
      try {
        const read = await readIsclKeyFile(keyFile, {
          onWarning: (message) => {
            logger.warn(message)
          },
        })
        // Refuses keys that go with no handshake of ours, as those that have our own name for a peer.
        iscl({ identity, keys: read })
        keys = read
      } catch (error) {
        const { message, cause } = error as Error
        const why = cause instanceof Error ? cause.message : message
        throw new IsclConfigurationError(`${keyFile} cannot be used: ${why}`, { cause: error })
      }
    },
  }
}
