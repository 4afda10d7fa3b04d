import { type Dirent } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readFileMeta } from '@dcm/dataset'
import { isUid } from '@dcm/association'
import { CliError } from '../cli-error.ts'
import { exitCodes } from '../exit-codes.ts'

/** A SOP instance, by what its file says it is. */
export interface Instance {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
}

/**
 * The instances in these files and folders, each once. What is no DICOM in a folder is passed over.
 *
 * @throws CliError for a file that is named, and says nothing of an instance
 */
export async function instancesIn(paths: readonly string[]): Promise<Instance[]> {
  const instances = new Map<string, Instance>()
  for (const path of paths) {
    const isFolder = (await stat(path)).isDirectory()
    for (const file of isFolder ? await filesBelow(path) : [path]) {
      const instance = await instanceIn(file)
      if (instance) instances.set(instance.sopInstanceUid, instance)
      else if (!isFolder) {
        throw new CliError(
          exitCodes.localFile,
          'DCM_FILE_NOT_DICOM',
          `${file} does not say which instance it is; name DICOM Part 10 files.`,
        )
      }
    }
  }
  return [...instances.values()]
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true, recursive: true })
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
}

async function instanceIn(path: string): Promise<Instance | undefined> {
  await using handle = await open(path, 'r')
  const result = await readFileMeta(handle)
  if (result.type !== 'file-meta') return undefined
  const { mediaStorageSopClassUid = '', mediaStorageSopInstanceUid = '' } = result.meta
  return isUid(mediaStorageSopClassUid) && isUid(mediaStorageSopInstanceUid)
    ? { sopClassUid: mediaStorageSopClassUid, sopInstanceUid: mediaStorageSopInstanceUid }
    : undefined
}
