export { requireUserIdentityPolicy } from './require-user-identity-policy.ts'
export type {
  UserIdentityContext,
  UserIdentityOutcome,
  UserIdentityPolicy,
  UserIdentityType,
  UserPrincipal,
} from './user-identity-policy.ts'
export { type UserIdentityIndication, verifyUserIdentity } from './verify-user-identity.ts'
