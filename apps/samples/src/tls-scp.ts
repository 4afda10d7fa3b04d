// A storage SCP that is reached by TLS only, by devices with a certificate of the hospital's CA.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createScp, type Scp, storage, verification } from '@dcm/scp'
import { fileStore } from '@dcm/storage'
import { secured } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { tls, type TlsProvider } from '@dcm/transport-tls'

/** `certificates` is a folder with `server.key`, `server.pem` and `ca.pem`. */
export async function tlsScp(certificates: string, directory: string): Promise<Scp> {
  return createScp({
    aeTitle: 'TLS_SCP',
    transport: secured(tcp(), {
      providers: [certified(certificates)],
      onHandshakeFailure: ({ error }) => {
        console.error(error.message)
      },
    }),
    services: [verification(), storage({ store: await fileStore({ directory }) })],
  })
}

function certified(certificates: string): TlsProvider {
  const pem = (name: string) => readFile(join(certificates, name))
  const provider = tls({
    credentials: async () => ({
      identities: [{ key: await pem('server.key'), certificate: await pem('server.pem') }],
      ca: await pem('ca.pem'),
    }),
  })
  // New certificates without a restart: associations that stand go on.
  process.on('SIGHUP', () => void provider.rotate())
  return provider
}
