import type { AssociationOptions } from '@dcm/association'
import type { NetworkAddress, Transport } from '@dcm/transport'

/** Where the instances of a C-MOVE go. */
export interface MoveDestination {
  readonly address: NetworkAddress
  /** What carries the bytes: `tcp()`, `secured(tcp(), …)`, or anything that connects. */
  readonly transport: Pick<Transport, 'connect'>
  /** How we call ourselves there. Default: as the requestor of the C-MOVE called us. */
  readonly callingAeTitle?: string
  /** Timers and limits of the association with it. */
  readonly association?: AssociationOptions
  /**
   * Wait for the response to each C-STORE, in milliseconds, timer `dimse-response`; then the association is aborted and what is left
   * fails. Default 60 000: a store has the whole instance by then, and the requestor of the C-MOVE waits as well.
   */
  readonly responseTimeoutMs?: number
  /** C-STOREs at once, when it agrees (PS3.7 D.3.3.3). 0 asks for no bound, of which 16 are
   * used. Default 1: nothing is asked. */
  readonly maximumOperationsInvoked?: number
}
