import { isUid, type MalformedUid, type ReceivedUid } from '../uid.ts'
import { UsageError } from '../usage-error.ts'
import type { ByteReader } from './byte-reader.ts'

export function readUid(reader: ByteReader, length: number, field: string): ReceivedUid {
  const text = reader.text(length, field)
  return isUid(text) ? text : (text as MalformedUid)
}

/** @throws UsageError `DCM_UID_INVALID` for a malformed UID that was received and is now to be sent. */
export function encodeUid(uid: ReceivedUid, field: string): Uint8Array {
  if (isUid(uid)) return encodeLatin1(uid)
  throw new UsageError(`the ${field} is not a UID`, 'DCM_UID_INVALID')
}

/** One byte a character; the caller has checked that each fits. */
export function encodeLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) bytes[index] = text.charCodeAt(index)
  return bytes
}
