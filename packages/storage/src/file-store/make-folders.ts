import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errnoOf } from './file-error.ts'
import type { FileSystem } from './file-system.ts'

/**
 * Makes a folder and what is missing above it; returns the first that was made. Node's own `recursive` asks for ever where a file
 * system says ENOENT although the folder above is there, and says ENOENT where it is read-only.
 */
export async function makeFolders(fileSystem: FileSystem, path: string): Promise<string | undefined> {
  try {
    return (await made(fileSystem, path)) ? path : undefined
  } catch (error) {
    const parent = dirname(path)
    if (errnoOf(error) !== 'ENOENT' || parent === path) throw error
    const firstMade = await makeFolders(fileSystem, parent)
    await made(fileSystem, path)
    return firstMade ?? path
  }
}

/** False when it was there, or another made it meanwhile. */
async function made(fileSystem: FileSystem, path: string): Promise<boolean> {
  try {
    await fileSystem.mkdir(path)
    return true
  } catch (error) {
    if (await isFolder(path)) return false
    throw error
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
