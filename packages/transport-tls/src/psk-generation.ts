import { randomBytes } from 'node:crypto'
import { createSecureContext, type TLSSocket } from 'node:tls'
import { AcceptorHandshakes } from './acceptor-handshakes.ts'
import { contextOptions } from './context-options.ts'
import type { PreSharedKeyCredentials } from './credentials.ts'
import type { Generation } from './generation.ts'
import type { TlsProfile } from './profiles.ts'
import { requirePreSharedKeys } from './require-credentials.ts'
import { tlsError } from './tls-error.ts'

/** RFC 9257 6: an external key has at least 128 bits of entropy. */
const minKeyBytes = 16
/** What OpenSSL has room for. */
const maxKeyBytes = 256

/** @throws SecurityError when a key is too short or too long, or two identities have the same. */
export function pskGeneration(credentials: PreSharedKeyCredentials, profile: TlsProfile): Generation {
  requirePreSharedKeys(credentials)
  const { identity: ownIdentity } = credentials
  const keys = new Map(Array.from(credentials.keys, ([identity, key]) => [identity, usable(identity, key)]))
  requireDifferent(keys)
  const context = contextOptions(profile)
  const secureContext = createSecureContext(context)
  // RFC 8446 E.6: an unknown identity fails as a wrong key does, so that nobody learns which identities exist
  const nobodysKey = randomBytes(32)
  // which identity a peer named; that it holds the key is proven by the handshake coming to its end
  const named = new WeakMap<object, string>()
  const handshakes = new AcceptorHandshakes(
    {
      ...context,
      requestCert: true,
      rejectUnauthorized: false,
      handshakeTimeout: 0,
      pskCallback(socket, identity) {
        named.set(socket, identity)
        return keys.get(identity) ?? nobodysKey
      },
    },
    (error, socket) => {
      const identity = named.get(socket)
      return identity !== undefined && keys.has(identity) ? error : strangerRefusal(error)
    },
  )

  return {
    certificates: [],
    expiring: [],
    accept(layers) {
      return handshakes.run(layers)
    },
    requestorOptions() {
      const psk = ownIdentity === undefined ? undefined : keys.get(ownIdentity)
      if (ownIdentity === undefined || psk === undefined) {
        throw tlsError('DCM_TLS_CREDENTIALS', 'a requestor needs an identity, and the key of that identity')
      }
      return {
        secureContext,
        rejectUnauthorized: false,
        checkServerIdentity: () => undefined,
        pskCallback: () => ({ identity: ownIdentity, psk }),
      }
    },
    verify(socket, role) {
      const identity = role === 'acceptor' ? named.get(socket) : ownIdentity
      if (identity === undefined || !keys.has(identity) || !isKeyed(socket)) {
        throw tlsError('DCM_TLS_PRE_SHARED_KEY', 'the handshake was not made with a pre-shared key')
      }
      return { kind: 'psk', name: identity }
    },
  }
}

/** Of one that named no key OpenSSL wants a certificate, and finds that we have none; of one that named another, nobody's key. */
const strangersCodes = ['ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM', 'ERR_SSL_BINDER_DOES_NOT_VERIFY']

function strangerRefusal(error: NodeJS.ErrnoException): Error {
  return strangersCodes.includes(error.code ?? '')
    ? tlsError('DCM_TLS_PRE_SHARED_KEY', 'the peer named no key that we know', error)
    : error
}

/** TLS 1.3 counts an external key as a resumed session; a peer may instead answer with a certificate, which proves nothing here. */
function isKeyed(socket: TLSSocket): boolean {
  return socket.isSessionReused() && socket.getPeerX509Certificate() === undefined
}

function usable(identity: string, key: Uint8Array): Buffer {
  if (key.length < minKeyBytes || key.length > maxKeyBytes) {
    throw tlsError(
      'DCM_TLS_CREDENTIALS',
      `the key of ${identity} has ${String(key.length)} bytes; allowed are ${String(minKeyBytes)} to ${String(maxKeyBytes)}`,
    )
  }
  return Buffer.from(key)
}

/** RFC 9257 6: a key is for two nodes; a third that has it could pose as either of them. */
function requireDifferent(keys: ReadonlyMap<string, Buffer>): void {
  const owners = new Map<string, string>()
  for (const [identity, key] of keys) {
    const hex = key.toString('hex')
    const owner = owners.get(hex)
    if (owner !== undefined)
      throw tlsError('DCM_TLS_CREDENTIALS', `${owner} and ${identity} have the same pre-shared key`)
    owners.set(hex, identity)
  }
}
