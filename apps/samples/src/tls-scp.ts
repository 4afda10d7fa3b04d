// A storage SCP that is reached by TLS only, by devices with a certificate of the hospital's CA.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createScp, type Scp, storage, verification } from '@dcm/scp'
import { fileStore } from '@dcm/storage'
import { secured } from '@dcm/transport'
import { tcp } from '@dcm/transport-tcp'
import { tls, type TlsProvider } from '@dcm/transport-tls'

export async function tlsScp(security: TlsProvider, directory: string): Promise<Scp> {
  // Now, as files that cannot be used would have it listen and refuse everybody.
  await security.certificates()
  return createScp({
    aeTitle: 'TLS_SCP',
    transport: secured(tcp(), {
      providers: [security],
      onHandshakeFailure: ({ error }) => {
        console.error(error.message)
      },
    }),
    services: [verification(), storage({ store: await fileStore({ directory }) })],
  })
}

/**
 * Mutual authentication by the files `server.key`, `server.pem` and `ca.pem` of a folder. They are read when they are
 * first asked for and again by `rotate()`, which leaves associations that stand alone.
 */
export function certified(folder: string): TlsProvider {
  const pem = (name: string) => readFile(join(folder, name))
  return tls({
    credentials: async () => ({
      identities: [{ key: await pem('server.key'), certificate: await pem('server.pem') }],
      ca: await pem('ca.pem'),
    }),
  })
}
