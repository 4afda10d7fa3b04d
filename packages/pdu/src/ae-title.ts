import { UsageError } from './usage-error.ts'

declare const aeTitleBrand: unique symbol

/**
 * An application entity title (PS3.5 6.2, VR AE): 1–16 printable ASCII characters, no backslash, no space at either end.
 * Compare with `===`. Made by {@link parseAeTitle}.
 */
export type AeTitle = string & { readonly [aeTitleBrand]: true }

/** PS3.5 6.2: 16 bytes maximum, which is also the width of the A-ASSOCIATE fields (PS3.8 Table 9-11). */
export const maximumAeTitleLength = 16

/**
 * An AE title from text; leading and trailing spaces are not significant and are dropped.
 *
 * @throws UsageError `DCM_AE_TITLE_INVALID`
 */
export function parseAeTitle(text: string): AeTitle {
  // From JavaScript: an option that is not there, mostly.
  if (typeof text !== 'string') {
    throw new UsageError(`an AE title is text, and not of type ${typeof text}`, 'DCM_AE_TITLE_INVALID')
  }
  const trimmed = text.replace(/^ +| +$/g, '')
  if (isAeTitle(trimmed)) return trimmed
  throw new UsageError(
    `${JSON.stringify(trimmed.slice(0, 64))} (${String(trimmed.length)} characters) is not an AE title; ` +
      'allowed are 1 to 16 printable ASCII characters other than the backslash',
    'DCM_AE_TITLE_INVALID',
  )
}

/** Whether a text is an AE title as it stands: legal, and without spaces to drop. */
export function isAeTitle(text: string): text is AeTitle {
  // From JavaScript: bytes, for example, would be tested as their text.
  return (
    typeof text === 'string' &&
    text.length <= maximumAeTitleLength &&
    /^[!-[\]-~](?:[ -[\]-~]*[!-[\]-~])?$/.test(text)
  )
}
