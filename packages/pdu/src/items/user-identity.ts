import { UsageError } from '../usage-error.ts'
import type { ByteReader } from '../wire/byte-reader.ts'
import { uint8, withLength } from '../wire/byte-writer.ts'
import { encodeItem } from '../wire/item.ts'

/**
 * User identity negotiation sub-item of an A-ASSOCIATE-RQ (PS3.7 D.3.3.7.1). Both fields are secrets or personal: never log them.
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | item-type 58H |
 * | 1 | 1 | reserved |
 * | 2 | 2 | item-length |
 * | 4 | 1 | user-identity-type |
 * | 5 | 1 | positive-response-requested, 0 or 1 |
 * | 6 | 2 | primary-field-length n |
 * | 8 | n | primary-field: user name, ticket, assertion or token |
 * | 8 + n | 2 | secondary-field-length m, 0 unless the type is 2 |
 * | 10 + n | m | secondary-field: passcode |
 */
export interface UserIdentity {
  /** 1 username, 2 username and passcode, 3 Kerberos, 4 SAML, 5 JWT; others kept as received. */
  readonly userIdentityType: number
  readonly positiveResponseRequested: boolean
  readonly primaryField: Uint8Array
  /** Empty unless the type is 2; as received it may be otherwise. */
  readonly secondaryField: Uint8Array
}

export const userIdentityItemType = 0x58

export function decodeUserIdentity(content: ByteReader): UserIdentity {
  return {
    userIdentityType: content.uint8('user-identity-type'),
    positiveResponseRequested: content.uint8('positive-response-requested') === 1,
    primaryField: content.copy(content.uint16('primary-field-length'), 'primary-field'),
    secondaryField: content.copy(content.uint16('secondary-field-length'), 'secondary-field'),
  }
}

/** @throws UsageError `DCM_FIELD_RANGE` */
export function encodeUserIdentity(identity: UserIdentity): Uint8Array {
  // PS3.7 Table D.3-14: the secondary-field-length shall be non-zero only if the type is 2, username and passcode.
  if (identity.userIdentityType !== 2 && identity.secondaryField.length > 0) {
    throw new UsageError(
      `a secondaryField of ${String(identity.secondaryField.length)} bytes does not fit user identity type ` +
        `${String(identity.userIdentityType)}; allowed is one with type 2 only`,
      'DCM_FIELD_RANGE',
    )
  }
  return encodeItem(userIdentityItemType, [
    uint8(identity.userIdentityType, 'userIdentityType'),
    Uint8Array.of(Number(identity.positiveResponseRequested)),
    withLength(identity.primaryField, 'primaryField'),
    withLength(identity.secondaryField, 'secondaryField'),
  ])
}
