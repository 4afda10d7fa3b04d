import { HeadReader, tags } from '@dcm/dataset'
import type { ByteSource } from '@dcm/dimse'
import type { EncodedDataSet } from '../identifiers/encoded-data-set.ts'

/** PS3.4 Y: the instances that frames are retrieved as have UIDs of their own. */
const frameKeys = [0x00081160, 0x00081161, 0x00081162, 0x00081163]
const hierarchy = [tags.StudyInstanceUID, tags.SeriesInstanceUID]
/** Long lists of UIDs stand in one value, in bytes. */
const maximumValueBytes = 8_388_608

/** An instance while it arrives. */
interface Arriving {
  readonly sopInstanceUid: string
  readonly transferSyntaxUid: string
  readonly dataSet: ByteSource
}

/**
 * The UIDs that the identifier of a C-GET or C-MOVE names: what may be stored at us. Whoever takes what a C-MOVE brings, in an SCP
 * of its own, has to ask for itself; `get` does so.
 */
export class AskedFor {
  readonly #instances: ReadonlySet<string> | undefined
  readonly #hierarchy: ReadonlyMap<number, ReadonlySet<string>>

  constructor({ bytes, transferSyntaxUid }: EncodedDataSet) {
    const head = new HeadReader({
      transferSyntaxUid,
      tags: [...hierarchy, tags.SOPInstanceUID, ...frameKeys],
      maximumValueBytes,
      maximumHeadBytes: Infinity,
    })
    head.push(bytes)
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

  /**
   * The instance, with its data set from the beginning; or undefined when it belongs to none of the studies, series and instances
   * that were asked for, by its own UID or by the first that is read of its data set. What that does not tell does not count against
   * it. Rejects as `read()` does.
   */
  async filter<T extends Arriving>(
    instance: T,
  ): Promise<(Omit<T, 'dataSet'> & { readonly dataSet: ByteSource }) | undefined> {
    const { sopInstanceUid, transferSyntaxUid, dataSet } = instance
    if (this.#instances?.has(sopInstanceUid) === false) return undefined
    const first = await dataSet.read()
    if (!this.#hasDataSet(first ?? [], transferSyntaxUid)) return undefined
    return { ...instance, dataSet: behind(first, dataSet) }
  }

  #hasDataSet(runs: readonly Uint8Array[], transferSyntaxUid: string): boolean {
    if (this.#hierarchy.size === 0) return true
    const head = new HeadReader({ transferSyntaxUid, tags: [...this.#hierarchy.keys()] })
    for (const run of runs) head.push(run)
    return [...this.#hierarchy].every(([tag, uids]) => {
      const uid = head.text(tag)
      return uid === undefined || uids.has(uid)
    })
  }
}

/** Reads what was read already, then the rest. */
function behind(first: readonly Uint8Array[] | undefined, dataSet: ByteSource): ByteSource {
  let ahead = first
  return {
    read: () => {
      const batch = ahead
      ahead = undefined
      return batch ? Promise.resolve(batch) : dataSet.read()
    },
    recycle: (runs) => dataSet.recycle?.(runs),
  }
}

function uidsIn(head: HeadReader, tag: number): ReadonlySet<string> | undefined {
  const uids = head.text(tag)?.split('\\').filter(Boolean)
  return uids && uids.length > 0 ? new Set(uids) : undefined
}
