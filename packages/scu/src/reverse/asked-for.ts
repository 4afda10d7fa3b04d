import { HeadReader, tags } from '@dcm/dataset'

/** PS3.4 Y: the instances that frames are retrieved as have UIDs of their own. */
const frameKeys = [0x00081160, 0x00081161, 0x00081162, 0x00081163]
const hierarchy = [tags.StudyInstanceUID, tags.SeriesInstanceUID]
/** Long lists of UIDs stand in one value, in bytes. */
const maximumValueBytes = 8_388_608

/** The UIDs that the identifier of a C-GET names: what the peer may store at us. */
export class AskedFor {
  readonly #instances: ReadonlySet<string> | undefined
  readonly #hierarchy: ReadonlyMap<number, ReadonlySet<string>>

  constructor(identifier: Uint8Array, transferSyntaxUid: string) {
    const head = new HeadReader({
      transferSyntaxUid,
      tags: [...hierarchy, tags.SOPInstanceUID, ...frameKeys],
      maximumValueBytes,
      maximumHeadBytes: Infinity,
    })
    head.push(identifier)
    head.end()
    const newInstances = frameKeys.some((tag) => head.value(tag) !== undefined)
    this.#instances = newInstances ? undefined : uidsIn(head, tags.SOPInstanceUID)
    this.#hierarchy = new Map(
      hierarchy.flatMap((tag) => {
        const uids = uidsIn(head, tag)
        return uids ? [[tag, uids]] : []
      }),
    )
  }

  /** Whether the instance may be one that was asked for, by its own UID. */
  hasInstance(sopInstanceUid: string): boolean {
    return this.#instances?.has(sopInstanceUid) ?? true
  }

  /** The same by the beginning of its data set; what that does not tell does not count against it. */
  hasDataSet(runs: readonly Uint8Array[], transferSyntaxUid: string): boolean {
    if (this.#hierarchy.size === 0) return true
    const head = new HeadReader({ transferSyntaxUid, tags: [...this.#hierarchy.keys()] })
    for (const run of runs) head.push(run)
    return [...this.#hierarchy].every(([tag, uids]) => {
      const uid = head.text(tag)
      return uid === undefined || uids.has(uid)
    })
  }
}

function uidsIn(head: HeadReader, tag: number): ReadonlySet<string> | undefined {
  const uids = head.text(tag)?.split('\\').filter(Boolean)
  return uids && uids.length > 0 ? new Set(uids) : undefined
}
