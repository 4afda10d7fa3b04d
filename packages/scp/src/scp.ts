import type { ListenOptions, NetworkAddress, Transport } from '@dcm/transport'
import type { AdmissionSnapshot } from './admission/admission-snapshot.ts'

/** A Service Class Provider: listens, admits, serves, drains. */
export interface Scp extends AsyncDisposable {
  /**
   * May be called for several addresses. Resolves with where it really listens. `transport` is for this address only, instead of the
   * SCP's own: so a plain port and a secured one are served under the same limits.
   */
  listen(
    at: NetworkAddress,
    options?: ListenOptions & { readonly transport?: Pick<Transport, 'listen'> },
  ): Promise<NetworkAddress>
  /** Associations that are served now. */
  readonly associations: readonly { readonly associationId: number; readonly callingAeTitle: string }[]
  /** Who is in now, who waits, and who was not let in. */
  readonly admission: AdmissionSnapshot
  /**
   * Stops accepting, lets operations finish, then aborts what is left and reports it. An association without an operation
   * is given a second to release. `drainMs` bounds the whole; default 30 000; 0 aborts at once. Then peers have a second
   * to close their connections: none is left when it resolves.
   *
   * @throws UsageError `DCM_LIMIT_RANGE`
   */
  close(options?: { readonly drainMs?: number }): Promise<{ readonly aborted: readonly AbortedAssociation[] }>
}

/** An association that was aborted because the SCP closed. */
export interface AbortedAssociation {
  readonly associationId: number
  readonly callingAeTitle: string
  /** Operations that had no last response. */
  readonly outstandingOperations: number
}
