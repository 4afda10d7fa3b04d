import type { AssociationRequest } from '@dcm/association'

/** Who the user is, told to the peer (PS3.7 D.3.3.7.1). Travels as plain bytes: use it on a confidential connection. */
export type UserIdentity = {
  /** Ask for a User Identity response, which a peer sends only when it supports this. Default false. */
  readonly positiveResponseRequested?: boolean
} & (
  | { readonly kind: 'username'; readonly username: string; readonly passcode?: string | Uint8Array }
  /** A Kerberos service ticket, a SAML assertion, a JSON Web Token. */
  | { readonly kind: 'kerberos' | 'saml' | 'jwt'; readonly token: string | Uint8Array }
)

type UserIdentityItem = NonNullable<NonNullable<AssociationRequest['userInformation']>['userIdentity']>

/** PS3.7 Table D.3-14, user-identity-type. */
const tokenTypes = { kerberos: 3, saml: 4, jwt: 5 } as const

/** The 58H sub-item. */
export function userIdentityItem(identity: UserIdentity): UserIdentityItem {
  const positiveResponseRequested = identity.positiveResponseRequested ?? false
  if (identity.kind !== 'username') {
    return {
      userIdentityType: tokenTypes[identity.kind],
      positiveResponseRequested,
      primaryField: bytesOf(identity.token),
      secondaryField: new Uint8Array(),
    }
  }
  return {
    userIdentityType: identity.passcode === undefined ? 1 : 2,
    positiveResponseRequested,
    primaryField: bytesOf(identity.username),
    secondaryField: identity.passcode === undefined ? new Uint8Array() : bytesOf(identity.passcode),
  }
}

/** PS3.7 D.3.3.7.1: text in UTF-8. */
function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? new TextEncoder().encode(value) : value
}
