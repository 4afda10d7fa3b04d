import { sopClasses, type Uid, type UidEntry } from '@dcm/pdu'

/** Two retired classes have lost even their names, but still stand below the root of storage. */
const storageRoot = '1.2.840.10008.5.1.4.1.1.'

/**
 * Every SOP class that instances are stored under by C-STORE: those of PS3.4 B and GG, and the retired ones. Not the media
 * storage directory, which exists in files only (PS3.10).
 */
export const storageSopClasses: readonly Uid[] = sopClasses()
  .filter(isStorage)
  .map(({ uid }) => uid)

function isStorage({ type, service, keyword, uid }: UidEntry): boolean {
  if (service !== undefined) return service === 'storage' || service === 'non-patient-object'
  return (
    type === 'SOP Class' &&
    (/Storage(?:Trial|Retired|For\w+)?$/.test(keyword) || isUnnamedStorage(keyword, uid))
  )
}

function isUnnamedStorage(keyword: string, uid: string): boolean {
  return keyword === '' && uid.startsWith(storageRoot)
}
