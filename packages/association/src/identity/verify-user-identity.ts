import type { Rejection, UserIdentity } from '@dcm/pdu'
import type { AssociationIndication } from '../driver/acceptor.ts'
import { requireUserIdentityPolicy } from './require-user-identity-policy.ts'
import type { UserIdentityOutcome, UserIdentityPolicy } from './user-identity-policy.ts'

/** The part of an {@link AssociationIndication} that bears on its user. */
export type UserIdentityIndication = Pick<
  AssociationIndication,
  'connection' | 'request' | 'callingAeTitle' | 'calledAeTitle' | 'signal'
>

/** No reason given: one answer for all that is wrong with an identity, so that nobody can probe for its parts. */
const refused: Rejection = { result: 1, source: 1, reason: 1 }
/** Nobody could say; the peer may try again. */
const unavailable: Rejection = { result: 2, source: 3, reason: 1 }

/** Types whose fields are enough to act as the user: passcode, assertion, token. */
const secretTypes: ReadonlySet<number> = new Set([2, 4, 5])
/** Types whose response has a content: server ticket, SAML response, and what a token's verifier says. */
const answeredTypes: ReadonlySet<number> = new Set([3, 4, 5])
/**
 * The longest response in bytes: the 50H item around it holds 65 535, of which roles and extended negotiation for 128 contexts
 * may need 20 480.
 */
const maximumResponseBytes = 45_056

/**
 * Judges the user identity of a request (PS3.7 D.3.3.7). It rejects for a policy only that is none: what a verifier throws is dropped, as it may hold
 * what nobody should read, and becomes a transient refusal. Passcodes, tickets, assertions and tokens are overwritten with zeros
 * in the request once they were judged, whatever came of it: an association must not keep them for its whole life.
 */
export async function verifyUserIdentity(
  indication: UserIdentityIndication,
  policy: UserIdentityPolicy,
): Promise<UserIdentityOutcome> {
  requireUserIdentityPolicy(policy)
  const identity = indication.request.userInformation.userIdentity
  if (!identity) {
    return policy.required ? { admitted: false, rejection: refused, failure: 'missing' } : { admitted: true }
  }
  try {
    return await judge(identity, indication, policy)
  } catch {
    return { admitted: false, rejection: unavailable, failure: 'unavailable' }
  } finally {
    forgetSecrets(identity)
  }
}

async function judge(
  identity: UserIdentity,
  indication: UserIdentityIndication,
  policy: UserIdentityPolicy,
): Promise<UserIdentityOutcome> {
  const { userIdentityType } = identity
  const { security } = indication.connection
  const isProtected = security.some((layer) => layer.confidential)
  if (secretTypes.has(userIdentityType) && !isProtected && policy.requireSecureTransport !== false) {
    return { admitted: false, rejection: refused, failure: 'unprotected' }
  }
  if (!policy.accept.some((type) => type === userIdentityType)) {
    return { admitted: false, rejection: refused, failure: 'refused' }
  }
  const { callingAeTitle, calledAeTitle, signal } = indication
  const verified = await orAborted(signal, () =>
    policy.verify(identity, { callingAeTitle, calledAeTitle, security, signal }),
  )
  // From JavaScript anything may come: who names nobody vouches for nobody.
  if (!verified?.principal) return { admitted: false, rejection: refused, failure: 'refused' }
  const { principal } = verified
  if (!identity.positiveResponseRequested) return { admitted: true, principal }
  const response = answeredTypes.has(userIdentityType) ? verified.response : undefined
  if (response && response.length > maximumResponseBytes) {
    return { admitted: false, rejection: unavailable, failure: 'unavailable' }
  }
  return { admitted: true, principal, response: response ?? new Uint8Array(0) }
}

/** The username of types 1 and 2 is none, and stays. */
function forgetSecrets({ userIdentityType, primaryField, secondaryField }: UserIdentity): void {
  secondaryField.fill(0)
  if (userIdentityType > 2) primaryField.fill(0)
}

/** So that a verifier that does not look at its signal cannot hold a decision that is over. */
async function orAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const onAbort = (): void => {
    aborted.reject(signal.reason)
  }
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work(), aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
