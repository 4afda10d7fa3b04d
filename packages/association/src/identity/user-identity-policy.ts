import type { AeTitle, Rejection, UserIdentity } from '@dcm/pdu'
import type { SecurityContext } from '@dcm/transport'

/** PS3.7 D.3.3.7.1: 1 username, 2 username and passcode, 3 Kerberos ticket, 4 SAML assertion, 5 JSON Web Token. */
export type UserIdentityType = 1 | 2 | 3 | 4 | 5

/** The user a verifier vouches for. */
export interface UserPrincipal {
  /** Shown to services, and fit for a log or an audit message: never a passcode or a token. */
  readonly name: string
  /** Groups, claims, whatever a service decides by. */
  readonly attributes?: Readonly<Record<string, unknown>>
}

/** What a verifier may take into account besides the identity. */
export interface UserIdentityContext {
  readonly callingAeTitle: AeTitle
  readonly calledAeTitle: AeTitle
  /** The connection's security layers, with whom each authenticated. */
  readonly security: readonly SecurityContext[]
  /** Fires when the peer left, or the decision took too long. */
  readonly signal: AbortSignal
}

/** Which user identities an acceptor takes, and who verifies them. */
export interface UserIdentityPolicy {
  /** An identity of another type is refused. */
  readonly accept: readonly UserIdentityType[]
  /** Refuse requests without an identity. Default false. */
  readonly required?: boolean
  /**
   * Refuse passcodes, assertions and tokens (types 2, 4, 5) on a connection without a confidential layer, unseen by the
   * verifier: whoever listens could use them. Default true.
   */
  readonly requireSecureTransport?: boolean
  /**
   * Undefined refuses, without saying why. Throw only when no answer can be had: the peer is told to try again. `response` goes
   * out when the peer asked for one, up to 45 056 bytes: a Kerberos server ticket, a SAML response (PS3.7 D.3.3.7.2). The fields
   * of `identity` are zeroed afterwards: copy what has to be kept.
   */
  readonly verify: (
    identity: UserIdentity,
    context: UserIdentityContext,
  ) => Promise<{ readonly principal: UserPrincipal; readonly response?: Uint8Array } | undefined>
}

/** How a request's user identity was judged. */
export type UserIdentityOutcome =
  | {
      readonly admitted: true
      /** Absent when none was given, nor required. */
      readonly principal?: UserPrincipal
      /** For `accept(…, { userIdentityResponse })`; present when one was asked for. */
      readonly response?: Uint8Array
    }
  | {
      readonly admitted: false
      readonly rejection: Rejection
      /** For our own log; the peer is not told. */
      readonly failure: 'missing' | 'refused' | 'unprotected' | 'unavailable'
    }
