import { UsageError } from './usage-error.ts'

declare const uidBrand: unique symbol
declare const malformedUidBrand: unique symbol

/**
 * A DICOM unique identifier (PS3.5 9.1): 1–64 characters, components of digits joined by single dots.
 * Compare with `===`. {@link parseUid} makes one, {@link isUid} recognizes one.
 */
export type Uid = string & { readonly [uidBrand]: true }

/** What a peer sent where a UID belongs and is none; kept as text so that one bad UID costs no more than its item. */
export type MalformedUid = string & { readonly [malformedUidBrand]: true }

/** A UID field as a peer filled it: ask {@link isUid} before using it as a {@link Uid}. */
export type ReceivedUid = Uid | MalformedUid

/** PS3.5 9.1: a UID shall not be longer than 64 characters. */
export const maximumUidLength = 64

/**
 * A UID from text of our own: strict PS3.5 9.1, so no component has a leading zero.
 *
 * @throws UsageError `DCM_UID_INVALID`
 */
export function parseUid(text: string): Uid {
  if (typeof text !== 'string') throw noText(text)
  if (isUid(text) && !/(?:^|\.)0\d/.test(text)) return text
  throw new UsageError(
    `${JSON.stringify(text.slice(0, maximumUidLength))} (${String(text.length)} characters) is not a UID; ` +
      'allowed are 1 to 64 characters, numbers without leading zeros joined by dots',
    'DCM_UID_INVALID',
  )
}

/**
 * Whether a text may stand as a {@link Uid}. Leading zeros in a component pass, against PS3.5 9.1: devices in the field send
 * them, and refusing them would refuse their objects. Dots alone, or two in a row, do not pass.
 */
export function isUid(text: string): text is Uid {
  // From JavaScript.
  if (typeof text !== 'string' || text.length > maximumUidLength) return false
  // Without a regular expression, which takes twice the time, some hundred times in a request.
  let afterDot = true
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    const isDot = code === 0x2e
    if (isDot ? afterDot : code < 0x30 || code > 0x39) return false
    afterDot = isDot
  }
  return !afterDot
}

/** From JavaScript: a member that is not there, mostly. */
function noText(text: unknown): UsageError {
  return new UsageError(`a UID is text, and not of type ${typeof text}`, 'DCM_UID_INVALID')
}
