import { UsageError } from '@dcm/pdu'
import { type OptionKinds, requireOptions } from '@dcm/transport'
import type { UserIdentityPolicy } from './user-identity-policy.ts'

const optionKinds = {
  accept: 'array',
  required: 'boolean',
  requireSecureTransport: 'boolean',
  verify: 'function',
} as const satisfies OptionKinds<UserIdentityPolicy>

/**
 * A policy as JavaScript gives it: with a misspelt `required`, users without an identity are let in.
 *
 * @throws UsageError `DCM_OPTION`
 */
export function requireUserIdentityPolicy(policy: UserIdentityPolicy): void {
  requireOptions('the user identity policy', policy, optionKinds, ['accept', 'verify'])
  const wrong = policy.accept.find((type) => ![1, 2, 3, 4, 5].includes(type)) as unknown
  if (wrong === undefined) return
  throw new UsageError(
    `accept has ${JSON.stringify(wrong)}; allowed are the user identity types 1 to 5 (PS3.7 D.3.3.7.1)`,
    'DCM_OPTION',
  )
}
