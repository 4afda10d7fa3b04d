import { uidEntry } from '@dcm/pdu'

/** Whether PS3.6 has the UID, of whatever it is. */
export function isRegistered(uid: string): boolean {
  return uidEntry(uid) !== undefined
}
