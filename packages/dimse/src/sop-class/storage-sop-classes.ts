import { sopClasses, transferSyntaxes, uidEntry } from '@dcm/pdu'

/** SOP classes whose keyword speaks of storage, and which no instance is stored with. */
const notStored = new Set([
  // A DICOMDIR: exchanged on media, never by C-STORE (PS3.10 8).
  'MediaStorageDirectoryStorage',
  'StorageCommitmentPushModel',
  'StorageCommitmentPullModel',
])

/** Every SOP class of PS3.6 whose instances are stored with C-STORE (PS3.4 B.5, GG), retired ones included. */
export const storageSopClasses: readonly string[] = sopClasses()
  .filter(({ keyword }) => keyword.includes('Storage') && !notStored.has(keyword))
  .map(({ uid }) => uid)

/** Every transfer syntax of PS3.6, retired ones included, as registered. */
export const transferSyntaxUids: readonly string[] = transferSyntaxes().map(({ uid }) => uid)

/** Whether PS3.6 has the UID, of whatever it is. */
export function isRegistered(uid: string): boolean {
  return uidEntry(uid) !== undefined
}
