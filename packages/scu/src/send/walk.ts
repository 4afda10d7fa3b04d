import type { Dirent } from 'node:fs'
import { join } from 'node:path'
import { readdir, stat } from '../instances/file-system.ts'
import { unreadable } from '../instances/unreadable.ts'

/**
 * The files below these paths, folders deep first, each folder's in the order of their names. Symbolic links to files are followed, to
 * folders not, so that there is no walking in circles.
 *
 * @throws InstanceError `DCM_INSTANCE_UNREADABLE`
 */
export async function* walk(paths: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  // `for await` takes both kinds; what it takes from their union, TypeScript calls `any` in some orders of its work.
  for await (const path of paths as AsyncIterable<string>) {
    const found = await orUnreadable(path, stat(path))
    if (found.isDirectory()) yield* walkFolder(path)
    else yield path
  }
}

async function* walkFolder(folder: string): AsyncGenerator<string> {
  const entries = await orUnreadable(folder, readdir(folder, { withFileTypes: true }))
  for (const entry of entries.sort(byName)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* walkFolder(path)
    else if (entry.isFile() || (await isLinkToFile(entry, path))) yield path
  }
}

async function orUnreadable<T>(path: string, promise: Promise<T>): Promise<T> {
  try {
    return await promise
  } catch (error) {
    throw unreadable(path, error)
  }
}

async function isLinkToFile(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return false
  try {
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

function byName(one: Dirent, other: Dirent): number {
  return one.name < other.name ? -1 : 1
}
