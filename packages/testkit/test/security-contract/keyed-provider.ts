import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { type Connection, type ConnectionRole, SecurityError, type SecurityProvider } from '@dcm/transport'
import { BytesReader } from './bytes-reader.ts'

const profile = 'keyed'
const magic = Buffer.from('KEYED/1\n')
const nameBytes = 16
const nonceBytes = 16
const proofBytes = 32

export interface KeyedOptions {
  readonly name: string
  /** By the name of the peer. */
  readonly keys: ReadonlyMap<string, Uint8Array>
}

/**
 * As small as a provider can be that keeps the contract: names and nonces cross, each side proves that it has the key, and what follows
 * is plain.
 */
export function keyed({ name, keys }: KeyedOptions): SecurityProvider {
  return {
    profile,
    async upgrade(connection, role, { signal }) {
      const { stream } = connection
      const onAbort = (): void => void stream.destroy()
      signal.addEventListener('abort', onAbort, { once: true })
      try {
        signal.throwIfAborted()
        const peer = await handshake(stream, role, name, keys)
        signal.throwIfAborted()
        return withContext(connection, peer)
      } catch (error) {
        stream.destroy()
        const cause: unknown = signal.aborted ? signal.reason : error
        throw new SecurityError('the keyed handshake failed', { code: 'DCM_KEYED_FAILED', profile, cause })
      } finally {
        signal.removeEventListener('abort', onAbort)
      }
    },
  }
}

export function withContext(connection: Connection, peer?: string): Connection {
  const identity = peer === undefined ? {} : { peer: { kind: 'psk', name: peer } }
  const context = { profile, protocol: 'keyed/1', confidential: false, ...identity }
  return { ...connection, security: [...connection.security, context] }
}

/** The name that the peer proved. */
async function handshake(
  stream: Duplex,
  role: ConnectionRole,
  name: string,
  keys: ReadonlyMap<string, Uint8Array>,
): Promise<string> {
  const reader = new BytesReader(stream)
  try {
    const mine = Buffer.concat([magic, Buffer.from(name.padEnd(nameBytes)), randomBytes(nonceBytes)])
    if (role === 'requestor') stream.write(mine)
    if (!(await reader.take(magic.length)).equals(magic)) throw new Error('the peer speaks something else')
    const theirs = Buffer.concat([magic, await reader.take(nameBytes + nonceBytes)])
    const peer = theirs.toString('latin1', magic.length, magic.length + nameBytes).trimEnd()
    const key = keys.get(peer)
    if (!key) throw new Error('the peer is not known')
    const proof = (of: Buffer, to: Buffer) => createHmac('sha256', key).update(of).update(to).digest()
    // The acceptor proves itself first.
    if (role === 'acceptor') stream.write(Buffer.concat([mine, proof(mine, theirs)]))
    if (!timingSafeEqual(await reader.take(proofBytes), proof(theirs, mine)))
      throw new Error('the key is wrong')
    if (role === 'requestor') stream.write(proof(mine, theirs))
    return peer
  } finally {
    reader.release()
  }
}
