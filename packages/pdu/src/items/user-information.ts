import type { ReceivedUid } from '../uid.ts'
import type { ByteReader } from '../wire/byte-reader.ts'
import { encodeItem, type Item, readItems } from '../wire/item.ts'
import { itemName } from '../wire/item-name.ts'
import {
  type AsynchronousOperationsWindow,
  asynchronousOperationsWindowItemType,
  decodeAsynchronousOperationsWindow,
  encodeAsynchronousOperationsWindow,
} from './asynchronous-operations-window.ts'
import {
  type CommonExtendedNegotiation,
  commonExtendedNegotiationItemType,
  decodeCommonExtendedNegotiation,
  encodeCommonExtendedNegotiation,
} from './common-extended-negotiation.ts'
import {
  decodeExtendedNegotiation,
  encodeExtendedNegotiation,
  type ExtendedNegotiation,
  extendedNegotiationItemType,
} from './extended-negotiation.ts'
import {
  decodeImplementationVersionName,
  encodeImplementationVersionName,
  implementationVersionNameItemType,
} from './implementation-version-name.ts'
import { decodeMaximumLength, encodeMaximumLength, maximumLengthItemType } from './maximum-length.ts'
import {
  decodeRoleSelection,
  encodeRoleSelection,
  type RoleSelection,
  roleSelectionItemType,
} from './role-selection.ts'
import { decodeUidItem, encodeUidItem, uidItemTypes } from './uid-item.ts'
import { decodeUnknownItem, encodeUnknownItem, type UnknownItem } from './unknown-item.ts'
import {
  decodeUserIdentityResponse,
  encodeUserIdentityResponse,
  type UserIdentityResponse,
  userIdentityResponseItemType,
} from './user-identity-response.ts'
import {
  decodeUserIdentity,
  encodeUserIdentity,
  type UserIdentity,
  userIdentityItemType,
} from './user-identity.ts'

/**
 * User information item (PS3.8 9.3.2.3, PS3.7 D.3.3); its sub-items come in any order.
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | item-type 50H |
 * | 1 | 1 | reserved |
 * | 2 | 2 | item-length |
 * | 4 | … | sub-items 51H to 59H and unknown ones |
 */
export interface UserInformation {
  /** 51H, in bytes, 0 = unlimited. */
  readonly maximumLength?: number
  readonly implementationClassUid?: ReceivedUid
  readonly implementationVersionName?: string
  readonly asynchronousOperationsWindow?: AsynchronousOperationsWindow
  readonly roleSelections?: readonly RoleSelection[]
  readonly extendedNegotiations?: readonly ExtendedNegotiation[]
  readonly commonExtendedNegotiations?: readonly CommonExtendedNegotiation[]
  readonly userIdentity?: UserIdentity
  readonly userIdentityResponse?: UserIdentityResponse
  readonly unknownSubItems?: readonly UnknownItem[]
}

export const userInformationItemType = 0x50

export function decodeUserInformation(content: ByteReader): UserInformation {
  const draft: Draft = {}
  const seen = new Set<number>()
  for (const item of readItems(content)) {
    if (singleItemTypes.has(item.itemType) && seen.has(item.itemType)) {
      throw content.error(
        `the user information has a second ${itemName(item.itemType)} sub-item; allowed is one`,
        {
          code: 'DCM_PDU_ITEM_REPEATED',
          byteOffset: item.byteOffset,
        },
      )
    }
    seen.add(item.itemType)
    decodeSubItem(item, draft)
  }
  return draft
}

/** PS3.8 9.3.1: items shall appear in an increasing order of their types. */
export function encodeUserInformation(information: UserInformation): Uint8Array {
  return encodeItem(userInformationItemType, [
    ...optional(information.maximumLength, encodeMaximumLength),
    ...optional(information.implementationClassUid, (uid) => encodeUidItem('implementationClassUid', uid)),
    ...optional(information.asynchronousOperationsWindow, encodeAsynchronousOperationsWindow),
    ...(information.roleSelections ?? []).map(encodeRoleSelection),
    ...optional(information.implementationVersionName, encodeImplementationVersionName),
    ...(information.extendedNegotiations ?? []).map(encodeExtendedNegotiation),
    ...(information.commonExtendedNegotiations ?? []).map(encodeCommonExtendedNegotiation),
    ...optional(information.userIdentity, encodeUserIdentity),
    ...optional(information.userIdentityResponse, encodeUserIdentityResponse),
    ...(information.unknownSubItems ?? []).map(encodeUnknownItem),
  ])
}

type Draft = { -readonly [Field in keyof UserInformation]: Growing<UserInformation[Field]> }
type Growing<Value> = Value extends readonly (infer Element)[] ? Element[] : Value

/** The sub-items that PS3.7 D.3.3 allows once. */
const singleItemTypes = new Set<number>([
  maximumLengthItemType,
  uidItemTypes.implementationClassUid,
  asynchronousOperationsWindowItemType,
  implementationVersionNameItemType,
  userIdentityItemType,
  userIdentityResponseItemType,
])

function decodeSubItem(item: Item, draft: Draft): void {
  const { content } = item
  switch (item.itemType) {
    case maximumLengthItemType:
      draft.maximumLength = decodeMaximumLength(content)
      break
    case uidItemTypes.implementationClassUid:
      draft.implementationClassUid = decodeUidItem(content)
      break
    case asynchronousOperationsWindowItemType:
      draft.asynchronousOperationsWindow = decodeAsynchronousOperationsWindow(content)
      break
    case roleSelectionItemType:
      ;(draft.roleSelections ??= []).push(decodeRoleSelection(content))
      break
    case implementationVersionNameItemType:
      draft.implementationVersionName = decodeImplementationVersionName(content)
      break
    case extendedNegotiationItemType:
      ;(draft.extendedNegotiations ??= []).push(decodeExtendedNegotiation(content))
      break
    case commonExtendedNegotiationItemType:
      ;(draft.commonExtendedNegotiations ??= []).push(decodeCommonExtendedNegotiation(content))
      break
    case userIdentityItemType:
      draft.userIdentity = decodeUserIdentity(content)
      break
    case userIdentityResponseItemType:
      draft.userIdentityResponse = decodeUserIdentityResponse(content)
      break
    default:
      ;(draft.unknownSubItems ??= []).push(decodeUnknownItem(item))
  }
}

function optional<Value>(value: Value | undefined, encode: (value: Value) => Uint8Array): Uint8Array[] {
  return value === undefined ? [] : [encode(value)]
}
