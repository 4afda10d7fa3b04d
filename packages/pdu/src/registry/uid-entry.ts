import type { Uid } from '../uid.ts'
import { UsageError } from '../usage-error.ts'
import { type SopClassService, type UidKeyword, uidTable, type UidType } from './uid-table.ts'

/** What PS3.6 Table A-1 says of a UID. */
export interface UidEntry {
  readonly uid: Uid
  /** Empty for two retired SOP classes, which have no name either. */
  readonly keyword: UidKeyword | ''
  readonly name: string
  readonly type: UidType
  readonly retired: boolean
  /** For a SOP class of a service of PS3.4. */
  readonly service?: SopClassService
}

/** The registered entry of a UID; undefined for private and unknown ones. */
export function uidEntry(uid: string): UidEntry | undefined {
  return index().byUid.get(uid)
}

/** The registered name of a UID, or the UID itself: for people to read. */
export function uidName(uid: string): string {
  const name = uidEntry(uid)?.name ?? ''
  return name === '' ? uid : name
}

/** The UID with a keyword: `uidOf('CTImageStorage')`. */
export function uidOf(keyword: UidKeyword): Uid {
  const entry = index().byKeyword.get(keyword)
  if (entry !== undefined) return entry.uid
  throw new UsageError(`${JSON.stringify(keyword)} is no keyword of PS3.6 Table A-1`, 'DCM_UID_KEYWORD')
}

/** Every registered UID, in the order of PS3.6 Table A-1. */
export function uidEntries(): readonly UidEntry[] {
  return index().entries
}

/** SOP classes and Meta SOP classes, of one service of PS3.4 or all, retired ones included. */
export function sopClasses(service?: SopClassService): readonly UidEntry[] {
  return uidEntries().filter(
    (entry) =>
      (entry.type === 'SOP Class' || entry.type === 'Meta SOP Class') &&
      (service === undefined || entry.service === service),
  )
}

interface UidIndex {
  readonly entries: readonly UidEntry[]
  readonly byUid: ReadonlyMap<string, UidEntry>
  readonly byKeyword: ReadonlyMap<string, UidEntry>
}

let built: UidIndex | undefined

/** Built on first use, so that who imports the codec alone does not pay for the registry. */
function index(): UidIndex {
  built ??= build()
  return built
}

function build(): UidIndex {
  const entries: UidEntry[] = []
  const byUid = new Map<string, UidEntry>()
  const byKeyword = new Map<string, UidEntry>()
  for (const line of uidTable.trim().split('\n')) {
    // The generated table has these six fields in each line, and a test reads them all.
    const [uid, keyword, name, type, status, service] = line.split('|') as UidRow
    const facts = { uid, keyword, name, type, retired: status === 'retired' }
    const entry = service === '' ? facts : { ...facts, service }
    entries.push(entry)
    byUid.set(uid, entry)
    byKeyword.set(keyword, entry)
  }
  return { entries, byUid, byKeyword }
}

type UidRow = [Uid, UidKeyword | '', string, UidType, 'current' | 'retired', SopClassService | '']
