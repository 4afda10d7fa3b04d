import type { ByteReader } from '../wire/byte-reader.ts'
import { withLength } from '../wire/byte-writer.ts'
import { encodeItem } from '../wire/item.ts'

/**
 * User identity negotiation sub-item of an A-ASSOCIATE-AC (PS3.7 D.3.3.7.2).
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | item-type 59H |
 * | 1 | 1 | reserved |
 * | 2 | 2 | item-length |
 * | 4 | 2 | server-response-length n |
 * | 6 | n | server-response: Kerberos server ticket or SAML response; empty for the other types |
 */
export interface UserIdentityResponse {
  readonly serverResponse: Uint8Array
}

export const userIdentityResponseItemType = 0x59

export function decodeUserIdentityResponse(content: ByteReader): UserIdentityResponse {
  return { serverResponse: content.copy(content.uint16('server-response-length'), 'server-response') }
}

export function encodeUserIdentityResponse(response: UserIdentityResponse): Uint8Array {
  return encodeItem(userIdentityResponseItemType, [withLength(response.serverResponse, 'serverResponse')])
}
