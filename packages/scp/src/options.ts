import type {
  AeTitle,
  AssociationIndication,
  AssociationOptions,
  Rejection,
  UserIdentityPolicy,
} from '@dcm/association'
import type { Clock, SecurityContext, Transport } from '@dcm/transport'
import type { AdmissionOptions } from './admission/admission-options.ts'
import type { Logger } from './logger.ts'
import type { ServiceOperation } from './service-operation.ts'
import type { Service } from './service.ts'

/** Everything an SCP is made of. Times in milliseconds. */
export interface ScpOptions {
  /** Our AE title (PS3.5 6.2: 1–16 characters). */
  readonly aeTitle: string
  /** What carries the bytes: `tcp()`, `secured(tcp(), …)`, or anything that listens. */
  readonly transport: Pick<Transport, 'listen'>
  readonly services: readonly Service[]
  /** Refuse associations whose called AE title is not ours (result 1, source 1, reason 7). Default false. */
  readonly checkCalledAeTitle?: boolean
  /**
   * Whether who the security layers authenticated may call itself by this AE title; `security` is empty on a plain
   * connection. False refuses (1, 1, 3: calling AE title not recognized). Asked before `identity` and `admit`. Default: anybody may.
   */
  readonly requireIdentity?: (
    security: readonly SecurityContext[],
    callingAeTitle: AeTitle,
  ) => boolean | Promise<boolean>
  /**
   * Which users are taken, and who verifies them; before `admit`, under `decisionTimeoutMs`. Default: a user identity is
   * ignored, and no service knows of it.
   */
  readonly identity?: UserIdentityPolicy
  /**
   * A last word on each request, after any look-up; a rejection refuses it. Under the association's `decisionTimeoutMs`.
   */
  readonly admit?: (
    indication: AssociationIndication,
  ) => Rejection | undefined | Promise<Rejection | undefined>
  /**
   * Associations at once; more wait when `admission` has a queue, and are refused as transient (2, 3, 2: local limit exceeded)
   * when it has none. Default 100: each may hold some 2 MiB of data set.
   */
  readonly maxAssociations?: number
  /** AE titles that are taken, more limits, rates, and a queue. Before `requireIdentity`, `identity` and `admit`. */
  readonly admission?: AdmissionOptions
  /**
   * Connections that have not sent a request yet; one more closes the one that has been silent longest. Default 512:
   * each costs a socket, a timer, and what has come of its request, at most 1 MiB. Probes of a load balancer count here, never as
   * associations.
   */
  readonly maxAwaitingRequest?: number
  /**
   * Whether the peer may have this operation performed; false answers 0124H (not authorized). Asked for each request that a service
   * handles. Default: who is admitted may do all that was negotiated.
   */
  readonly authorize?: (
    operation: Pick<ServiceOperation, 'request' | 'context' | 'peer' | 'signal'>,
  ) => boolean | Promise<boolean>
  /** Operations that one association may have at work at once, when it asks for a window (PS3.7 D.3.3.3). Default 1. */
  readonly maxOperationsPerformed?: number
  /**
   * Operations that we may have under way at once at a requestor that offers to perform so many (PS3.7 D.3.3.3): the C-STORE
   * sub-operations of a C-GET, and event reports. Default 1.
   */
  readonly maxOperationsInvoked?: number
  /**
   * How long a handler may show no sign that it gets on, timer `handler`, in milliseconds: reading its data set, a response, an operation
   * it invokes, an answer to that, or its `progress()`. It rests while the handler waits for the peer. Then the operation's signal
   * fires, and a second later the operation is answered for it. Default 300 000: as long as requestors wait for a response.
   */
  readonly handlerTimeoutMs?: number
  /**
   * Within a message of the peer: from its first byte to its last, or to the next 64 KiB of it, timer `message`, in milliseconds; then the
   * association is aborted. It rests while we hold the reading back. Default 300 000: 218 bytes a second.
   */
  readonly messageTimeoutMs?: number
  /**
   * Wait for each response to what we invoke at the requestor, the C-STORE sub-operations of a C-GET and event reports, timer
   * `dimse-response`, in milliseconds; then the association is aborted. Default 300 000: its store may be slow. A C-MOVE's destination has
   * its own.
   */
  readonly responseTimeoutMs?: number
  /** Timers and limits of each association. */
  readonly association?: AssociationOptions
  /** Default: nothing is logged. */
  readonly logger?: Logger
  /** Replaced in tests. */
  readonly clock?: Clock
}
