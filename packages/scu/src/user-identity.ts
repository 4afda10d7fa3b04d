import { type AssociationRequest, UsageError } from '@dcm/association'
import { requireOptions } from '@dcm/transport'

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

const optionKinds = {
  kind: 'string',
  positiveResponseRequested: 'boolean',
  username: 'string',
  passcode: 'any',
  token: 'any',
} as const

/** The 58H sub-item. @throws UsageError `DCM_OPTION`: with a misspelt passcode, the user would be told without one */
export function userIdentityItem(identity: UserIdentity): UserIdentityItem {
  requireOptions('userIdentity', identity, optionKinds, ['kind'])
  requireFields(identity)
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

/** As JavaScript gives them. */
function requireFields({ kind, ...fields }: UserIdentity): void {
  const { username, passcode, token } = fields as Partial<Record<'username' | 'passcode' | 'token', unknown>>
  const isKnown = kind === 'username' || Object.hasOwn(tokenTypes, kind)
  if (!isKnown) throw wrong(`kind is ${JSON.stringify(kind)}; allowed are username, kerberos, saml and jwt`)
  if (kind === 'username' ? !isText(username) : !isText(token)) {
    throw wrong(`a user identity of kind ${kind} needs its ${kind === 'username' ? 'username' : 'token'}`)
  }
  if (passcode !== undefined && !isText(passcode)) throw wrong('passcode is neither text nor bytes')
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || value instanceof Uint8Array
}

function wrong(message: string): UsageError {
  return new UsageError(message, 'DCM_OPTION')
}

/** PS3.7 D.3.3.7.1: text in UTF-8. */
function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? new TextEncoder().encode(value) : value
}
