import type { Dirent } from 'node:fs'
import { join, sep } from 'node:path'
import { readdir, stat } from '../instances/file-system.ts'
import type { InstanceError } from '../instances/instance-error.ts'
import { unreadable } from '../instances/unreadable.ts'

/**
 * The files in these files and folders, as `sendFiles` finds them: folders deep first, each folder's in the order of their names. Symbolic
 * links to files are followed, to folders not, so that there is no walking in circles.
 *
 * @param reject is told of a folder below one that was named, and that cannot be read: it hides no more than what is in it. Default: it throws
 * @throws InstanceError `DCM_INSTANCE_UNREADABLE` for a path that was named
 */
export async function* filesIn(
  paths: string | Iterable<string> | AsyncIterable<string>,
  reject: (folder: string, error: InstanceError) => void = rethrow,
): AsyncGenerator<string> {
  // A text is iterable, too: letter by letter, from the root folder on.
  const each = typeof paths === 'string' ? [paths] : paths
  // `for await` takes both kinds; what it takes from their union, TypeScript calls `any` in some orders of its work.
  for await (const path of each as AsyncIterable<string>) {
    const found = await orUnreadable(path, stat(path))
    if (found.isDirectory()) yield* walkFolder(entryPrefix(path), await entriesOf(path), reject)
    else yield path
  }
}

/** What stands before the names of its entries. Once for each folder that is named: to join each path anew reads it letter by letter. */
function entryPrefix(folder: string): string {
  return join(folder, 'x').slice(0, -1)
}

async function* walkFolder(
  prefix: string,
  entries: Dirent[],
  reject: (folder: string, error: InstanceError) => void,
): AsyncGenerator<string> {
  for (const entry of entries.sort(byName)) {
    const path = prefix + entry.name
    if (entry.isDirectory()) {
      const below = await entriesOf(path).catch((error: unknown) => {
        reject(path, error as InstanceError)
        return []
      })
      yield* walkFolder(path + sep, below, reject)
    } else if (entry.isFile() || (await isLinkToFile(entry, path))) yield path
  }
}

function entriesOf(folder: string): Promise<Dirent[]> {
  return orUnreadable(folder, readdir(folder, { withFileTypes: true }))
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

function rethrow(_folder: string, error: InstanceError): never {
  throw error
}
