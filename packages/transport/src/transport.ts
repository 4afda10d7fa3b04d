import type { Connection } from './connection.ts'
import type { NetworkAddress } from './network-address.ts'

export interface ListenOptions {
  /**
   * How many connection requests may wait for `accept()`; the next one is refused (closed at once).
   * Default 128, what a peer's burst of associations needs while the accept loop is busy.
   */
  readonly maxPendingConnections?: number
}

/** Takes connection requests in the order they came. */
export interface Listener extends AsyncDisposable {
  /** Where it really listens: port 0 has become a real one. */
  readonly address: NetworkAddress
  /**
   * Requests that wait now. What they carry stays unread until they are accepted: bytes of the layers above, that is; a secured
   * listener runs its handshakes meanwhile.
   */
  readonly pendingConnections: number
  /**
   * The oldest pending connection, or the next to come. Several calls are served in order. A peer that went away while it
   * waited may still be handed out: the first read or write tells.
   *
   * @throws TransportError `DCM_LISTENER_CLOSED` once the listener is closed; the signal's reason when aborted.
   */
  accept(options?: { readonly signal?: AbortSignal }): Promise<Connection>
  /** Stops listening, destroys what was still pending, rejects waiting `accept()` calls. Accepted connections live on. */
  close(): Promise<void>
}

/** Something that carries bytes between two hosts. */
export interface Transport {
  /**
   * @throws TransportError; TimeoutError `connect`; SecurityError when the transport is secured; the signal's reason when
   * aborted. Nothing is left open then.
   */
  connect(to: NetworkAddress, options?: { readonly signal?: AbortSignal }): Promise<Connection>
  /** @throws TransportError, for example when the port is taken; UsageError for an address or a limit that cannot be. */
  listen(at: NetworkAddress, options?: ListenOptions): Promise<Listener>
}
