import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls'
import { iscl, readIsclKeyFile } from '../../packages/security-iscl/src/index.ts'
import { type SecurityProvider, secured } from '../../packages/transport/src/index.ts'
import { tcp } from '../../packages/transport-tcp/src/index.ts'
import { type Credentials, requestorIdentity } from '../security/credentials.ts'

/** What stands between the socket and the association, at the load generator's end. */
export type Layer = 'none' | 'tls' | 'iscl'

export type CredentialFiles = Pick<Credentials, 'key' | 'certificate' | 'requestorKeys'>

/** Opens streams of one kind: TLS is Node's own, for every server alike; the ISCL-style layer has nobody but us. */
export async function streamOpener(
  layer: Layer,
  port: number,
  files: CredentialFiles | undefined,
): Promise<() => Promise<Duplex>> {
  const to = { host: '127.0.0.1', port }
  if (layer === 'none' || !files) {
    return async () => {
      const socket = connect({ ...to, noDelay: true })
      await once(socket, 'connect')
      return socket
    }
  }
  switch (layer) {
    case 'tls': {
      const secureContext = tlsContext(files)
      return async () => {
        const socket = connectTls({ ...to, secureContext, servername: 'localhost' }).setNoDelay()
        await once(socket, 'secureConnect')
        return socket
      }
    }
    case 'iscl': {
      const keys = await readIsclKeyFile(files.requestorKeys)
      const provider: SecurityProvider = iscl({ identity: requestorIdentity, keys })
      const transport = secured(tcp(), { providers: [provider] })
      return async () => (await transport.connect(to)).stream
    }
  }
}

function tlsContext({ key, certificate }: CredentialFiles): SecureContext {
  const pem = readFileSync(certificate)
  return createSecureContext({ key: readFileSync(key), cert: pem, ca: pem, minVersion: 'TLSv1.2' })
}
