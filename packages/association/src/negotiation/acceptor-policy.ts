import type { AssociateRq } from '@dcm/pdu'
import type { OperationsWindow } from './operations-window.ts'
import type { ServiceRoles } from './service-roles.ts'

/**
 * Whose preference picks the transfer syntax.
 * - `requestor`: the first proposed one that the policy has.
 * - `acceptor`: the first of the policy's that was proposed.
 * - `as-proposed-lossless-first`: as `requestor`, but one that is known to keep every pixel goes before the others.
 */
export type TransferSyntaxOrder = 'requestor' | 'acceptor' | 'as-proposed-lossless-first'

/** What an acceptor takes for one abstract syntax. */
export interface SupportedAbstractSyntax {
  readonly abstractSyntax: string
  /** In the acceptor's order of preference; one at least. */
  readonly transferSyntaxes: readonly string[]
  /** Default: the policy's. */
  readonly transferSyntaxOrder?: TransferSyntaxOrder
  /**
   * Roles the requestor may have. Default: SCU only, so that nothing else is ever granted. A requestor that asks for none of
   * these (54H), or that does not ask and may not be SCU, is refused the context.
   */
  readonly requestorRoles?: ServiceRoles
  /** Answers the requestor's 56H for this SOP class; undefined leaves it unanswered. */
  readonly extendedNegotiation?: (proposed: Uint8Array) => Uint8Array | undefined
}

/** What an acceptor wants of an association. */
export interface AcceptorPolicy {
  readonly abstractSyntaxes: readonly SupportedAbstractSyntax[]
  /**
   * For abstract syntaxes not listed; undefined refuses. An archive may keep what it does not know. Asked at most once for an
   * abstract syntax in a request.
   */
  readonly otherAbstractSyntax?: (
    abstractSyntax: string,
  ) => Omit<SupportedAbstractSyntax, 'abstractSyntax'> | undefined
  /** Default `requestor`. */
  readonly transferSyntaxOrder?: TransferSyntaxOrder
  /** A last word, for example by calling AE title: words refuse the context (result 1, user-rejection). */
  readonly refuse?: (abstractSyntax: string, request: AssociateRq) => string | undefined
  /**
   * The largest window granted to a requestor that asks (PS3.7 D.3.3.3): operations it may invoke at us, and we at it;
   * 0 = unlimited. Default 1 and 1. A function decides by the request; undefined leaves the item unanswered, which means 1 and 1
   * too, for a peer that asks and cannot bear the answer.
   */
  readonly asynchronousOperationsWindow?:
    OperationsWindow | ((request: AssociateRq) => OperationsWindow | undefined)
}
