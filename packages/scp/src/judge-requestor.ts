import { type AssociationIndication, type UserIdentityOutcome, verifyUserIdentity } from '@dcm/association'
import { type Refusal, rejections } from './admission/refusal.ts'
import { isAllowed, requireRejection } from './is-allowed.ts'
import type { ScpOptions } from './options.ts'

/** A requestor that may have an association, and the user it comes with. */
type AdmittedRequestor = Extract<UserIdentityOutcome, { readonly admitted: true }>

/**
 * Who asks for an association, by the options, and why it may not have one: whom its security layers authenticated, its user, and last the
 * application's own rule.
 */
export async function judgeRequestor(
  indication: AssociationIndication,
  options: Pick<ScpOptions, 'requireIdentity' | 'identity' | 'admit'>,
): Promise<AdmittedRequestor | Refusal> {
  const { requireIdentity, identity } = options
  const { connection, callingAeTitle } = indication
  if (
    requireIdentity &&
    !isAllowed('requireIdentity', await requireIdentity(connection.security, callingAeTitle))
  ) {
    return { reason: 'peerIdentity', rejection: rejections.callingAeTitleNotRecognized }
  }
  const user = identity ? await verifyUserIdentity(indication, identity) : ({ admitted: true } as const)
  if (!user.admitted) {
    return { reason: 'userIdentity', rejection: user.rejection, userIdentity: user.failure }
  }
  const rejection = await options.admit?.(indication)
  requireRejection(rejection)
  return rejection ? { reason: 'rule', rejection } : user
}
