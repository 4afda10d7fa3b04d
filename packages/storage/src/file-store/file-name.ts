import { createHash } from 'node:crypto'

/** Where objects go whose data set has no Study Instance UID, or cannot be understood. Not a UID, so no study's folder. */
export const noStudyFolder = 'no-study'

/** PS3.5 9.1. */
const maximumUidLength = 64

/**
 * A name for a file or folder made from a UID a peer sent. A UID stays as it is: digits and dots, no empty component, at most 64
 * characters, so the same on every file system and no path. Anything else, cleaned, could meet another's name; it becomes a
 * SHA-256 of its UTF-16 code units, under a prefix that no UID has.
 */
export function fileName(uid: string): string {
  if (uid.length <= maximumUidLength && /^\d+(?:\.\d+)*$/.test(uid)) return uid
  return `sha256-${createHash('sha256').update(uid, 'utf16le').digest('hex')}`
}
