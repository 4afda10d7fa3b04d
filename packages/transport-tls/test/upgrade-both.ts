import { type Connection, SecurityError } from '@dcm/transport'
import type { TlsCertificateOptions, TlsProvider } from '@dcm/transport-tls'
import { tls } from '@dcm/transport-tls'
import { loopbackPair, type Pair } from './loopback.ts'
import { site } from './site.ts'

/** A signal nobody aborts. */
export const signal: AbortSignal = new AbortController().signal

type Changes = Partial<TlsCertificateOptions>

export function archive(changes: Changes = {}): TlsProvider {
  const { ca, server } = site
  return tls({ credentials: { identities: [server], ca }, ...changes })
}

export function modality(changes: Changes = {}): TlsProvider {
  const { ca, client } = site
  return tls({ credentials: { identities: [client], ca }, ...changes })
}

export interface Secured {
  readonly requestor: Connection
  readonly acceptor: Connection
  /** The sockets below. */
  readonly raw: Pair
}

export async function upgradeBoth(
  acceptor: TlsProvider,
  requestor: TlsProvider,
  over: Promise<Pair> = loopbackPair(),
): Promise<Secured> {
  const raw = await over
  const [called, calling] = await Promise.all([
    acceptor.upgrade(raw.acceptor, 'acceptor', { signal }),
    requestor.upgrade(raw.requestor, 'requestor', { signal }),
  ])
  return { acceptor: called, requestor: calling, raw }
}

/** What became of each side: a connection, or the reason. A requestor of TLS 1.3 may be through before the acceptor refuses. */
export async function outcomes(
  acceptor: TlsProvider,
  requestor: TlsProvider,
): Promise<{ readonly acceptor: string; readonly requestor: string }> {
  const raw = await loopbackPair()
  const [called, calling] = await Promise.all([
    outcome(acceptor.upgrade(raw.acceptor, 'acceptor', { signal })),
    outcome(requestor.upgrade(raw.requestor, 'requestor', { signal })),
  ])
  raw.acceptor.stream.destroy()
  raw.requestor.stream.destroy()
  return { acceptor: called, requestor: calling }
}

/** `secured`, or the error's code. */
export async function outcome(upgrade: Promise<Connection>): Promise<string> {
  try {
    await upgrade
    return 'secured'
  } catch (error) {
    if (error instanceof SecurityError) return error.code
    throw error
  }
}
