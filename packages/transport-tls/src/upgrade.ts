import type { TLSSocket } from 'node:tls'
import { type Connection, type ConnectionRole, recycleReads, type SecurityContext } from '@dcm/transport'
import * as diagnostics from './diagnostics.ts'
import { requireTlsClient } from './first-byte.ts'
import type { Generation } from './generation.ts'
import { handshakeError } from './handshake-error.ts'
import { LayeredStream } from './layered-stream.ts'
import type { TlsProfile } from './profiles.ts'
import { requestHandshake } from './requestor-handshake.ts'
import { layerName, tlsError } from './tls-error.ts'

/** What a record holds at most (RFC 8446 5.1); Node reads one at a time. */
const recordBytes = 16_384

/** One handshake, from a connection we own to a secured one or to a destroyed stream and a SecurityError. */
export async function upgrade(
  connection: Connection,
  role: ConnectionRole,
  signal: AbortSignal,
  profile: TlsProfile,
  credentials: () => Promise<Generation>,
): Promise<Connection> {
  const { remote } = connection
  const layers = new LayeredStream(connection.stream)
  const aborted = Promise.withResolvers<never>()
  const onAbort = () => {
    layers.destroy() // the steps below notice, and stop
    aborted.reject(tlsError('DCM_TLS_ABORTED', 'the TLS handshake was ended by its signal', signal.reason))
  }
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    if (signal.aborted) onAbort()
    return await Promise.race([aborted.promise, secure(connection, layers, role, profile, credentials)])
  } catch (cause) {
    layers.destroy()
    const error = handshakeError(cause)
    diagnostics.refused.publish({ role, remote, error } satisfies diagnostics.RefusedMessage)
    throw error
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

async function secure(
  connection: Connection,
  layers: LayeredStream,
  role: ConnectionRole,
  profile: TlsProfile,
  credentials: () => Promise<Generation>,
): Promise<Connection> {
  const { local, remote } = connection
  const generation = await credentials()
  const stream = await handshake(connection, layers, role, generation)
  endOnError(stream)
  requireProfile(stream, profile)
  const peer = generation.verify(stream, role, connection)
  const security: SecurityContext = {
    profile: layerName,
    protocol: stream.getProtocol() ?? '',
    cipherSuite: stream.getCipher().standardName,
    confidential: true,
    ...(peer === undefined ? {} : { peer }),
  }
  diagnostics.secured.publish({ role, remote, security } satisfies diagnostics.SecuredMessage)
  if (peer === undefined) diagnostics.anonymous.publish({ remote } satisfies diagnostics.AnonymousMessage)
  const recycle = recycleReads(stream, recordBytes)
  return { stream, local, remote, security: [...connection.security, security], ...(recycle && { recycle }) }
}

async function handshake(
  connection: Connection,
  layers: LayeredStream,
  role: ConnectionRole,
  generation: Generation,
): Promise<TLSSocket> {
  const options = role === 'requestor' ? generation.requestorOptions(connection) : undefined
  if (options === undefined) await requireTlsClient(layers.lower)
  if (layers.lower.destroyed) {
    throw tlsError('DCM_TLS_PEER_CLOSED', 'the connection was closed before the handshake')
  }
  return options === undefined ? generation.accept(layers) : requestHandshake(layers, options)
}

/** OpenSSL was given the profile; this holds it to it, whatever a process-wide setting says. */
function requireProfile(stream: TLSSocket, profile: TlsProfile): void {
  const version = stream.getProtocol() ?? 'no version'
  const { name } = stream.getCipher()
  const versionFits = version >= profile.minVersion && version <= profile.maxVersion
  if (versionFits && profile.cipherSuites.includes(name)) return
  throw tlsError('DCM_TLS_PROFILE', `${version} with ${name} is outside the profile: ${profile.title}`)
}

/**
 * Node sends an error of TLS itself, such as an altered record, without destroying the socket. And whoever is above may not listen
 * yet, where an unheard error would end the process.
 */
function endOnError(stream: TLSSocket): void {
  stream.on('error', () => stream.destroy())
}
