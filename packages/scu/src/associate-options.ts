import type { AssociationOptions, InstanceToSend, WantedContext } from '@dcm/association'
import type { Clock, NetworkAddress, Transport } from '@dcm/transport'
import type { EventReportHandler } from './reverse/event-report.ts'
import type { UserIdentity } from './user-identity.ts'

/** A presentation context to propose. */
export interface ContextToPropose {
  /** A UID. */
  readonly abstractSyntax: string
  /** UIDs, the best first. Default: Explicit, then Implicit VR Little Endian. */
  readonly transferSyntaxes?: readonly string[]
  /** Default: SCU, which needs no words (PS3.7 D.3.3.4). */
  readonly roles?: WantedContext['roles']
  /**
   * SOP class extended negotiation (56H, PS3.7 D.3.3.5): bytes that the service class defines, as `encodeFindApplicationInformation` and its
   * like of `@dcm/pdu` write them. What the peer answered is `extendedNegotiation()` of the association.
   */
  readonly extendedNegotiation?: Uint8Array
  /** SOP class common extended negotiation (57H, PS3.7 D.3.3.6), for a peer that does not know the SOP class. It has no answer. */
  readonly commonExtendedNegotiation?: SopClassKinship
}

/** What a SOP class is a specialization of. UIDs. */
export interface SopClassKinship {
  /** `1.2.840.10008.4.2` for storage. */
  readonly serviceClassUid: string
  /** SOP classes as which it may be treated. */
  readonly relatedGeneralSopClassUids?: readonly string[]
}

/** What decides on the contexts that an instance needs. */
export type InstanceToPropose = { readonly [Field in keyof InstanceToSend]: string }

/** Whom to call, and as whom. */
export interface AssociateTarget {
  readonly to: NetworkAddress
  /** What carries the bytes: `tcp()`, `secured(tcp(), …)`, or anything that connects. */
  readonly transport: Pick<Transport, 'connect'>
  readonly callingAeTitle: string
  readonly calledAeTitle: string
  /** Told to the peer (58H). */
  readonly userIdentity?: UserIdentity
  /**
   * Operations that we may have outstanding at once, 0 = unlimited; above 1 it is negotiated (53H), and the peer may allow less.
   * Default 1, which a peer is not asked about: some do not like to be.
   */
  readonly maximumOperationsInvoked?: number
  /** How long the peer may be silent while it owes a response, in milliseconds. Default 300 000: an archive's tapes may turn. */
  readonly responseTimeoutMs?: number
  /** From our C-CANCEL to the last response, in milliseconds; then the association is aborted. Default 30 000. */
  readonly cancelTimeoutMs?: number
  /**
   * Within a message of the peer: from its first byte to its last, or to the next 64 KiB of it, timer `message`, in milliseconds; then the
   * association is aborted. Default 300 000: 218 bytes a second.
   */
  readonly messageTimeoutMs?: number
  /** Timers and limits of the association itself. */
  readonly association?: Omit<AssociationOptions, 'clock'>
  /** Answers N-EVENT-REPORT of the peer. Default: refused, no such event type. */
  readonly onEventReport?: EventReportHandler
  /** Replaced in tests. */
  readonly clock?: Clock
}

export interface AssociateOptions extends AssociateTarget {
  /** What to propose: as it is listed here, … */
  readonly contexts?: readonly ContextToPropose[]
  /** … and what is needed to send these: each as it is, with the uncompressed transfer syntaxes behind it. */
  readonly instances?: Iterable<InstanceToPropose>
  /** Gives up connecting and negotiating. Later it has no effect. */
  readonly signal?: AbortSignal
}
