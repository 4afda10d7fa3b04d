import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type PartialFileMeta, readFileMeta } from '@dcm/dataset'

/** One file of a store. */
export interface StoredFile {
  readonly path: string
  readonly meta: PartialFileMeta
  readonly dataSet: Uint8Array
}

/** Every path below a folder, files and folders, relative to it. */
export async function everything(directory: string): Promise<string[]> {
  return (await readdir(directory, { recursive: true })).sort()
}

/** The Part 10 files of a folder by SOP Instance UID; storescp gives its own no suffix. */
export async function readStored(directory: string, suffix = '.dcm'): Promise<Map<string, StoredFile>> {
  const stored = new Map<string, StoredFile>()
  for (const name of await everything(directory)) {
    if (!name.endsWith(suffix)) continue
    const path = join(directory, name)
    await using handle = await open(path)
    const bytes = await handle.readFile()
    const result = await readFileMeta(handle)
    if (result.type !== 'file-meta') throw new Error(`${name} is no Part 10 file: ${result.type}`)
    stored.set(result.meta.mediaStorageSopInstanceUid ?? '', {
      path,
      meta: result.meta,
      dataSet: bytes.subarray(result.dataSetOffset),
    })
  }
  return stored
}
