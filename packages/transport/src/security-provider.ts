import type { Connection } from './connection.ts'

/** The side of a connection: who asked for it, and who took it. */
export type ConnectionRole = 'acceptor' | 'requestor'

/**
 * A security layer between a connection and whatever is above.
 *
 * 1. `upgrade` owns its input: success replaces it, failure destroys it and rejects with `SecurityError` and `cause`.
 * 2. Bytes read past the handshake come first on the new stream.
 * 3. Nothing is readable above before the peer is authenticated.
 * 4. An abort leaves no timer, listener or socket behind.
 * 5. End and destroy travel both ways, and back-pressure is kept.
 * 6. The peer's identity is reported, never judged.
 * 7. Handshakes run concurrently; a slow one stalls nobody.
 * 8. A failed or skipped upgrade never falls back to plain.
 */
export interface SecurityProvider {
  /** `tls`, `iscl`, yours. */
  readonly profile: string
  /** The returned connection's `security` is the input's plus one context. */
  upgrade(
    connection: Connection,
    role: ConnectionRole,
    options: { readonly signal: AbortSignal },
  ): Promise<Connection>
}
