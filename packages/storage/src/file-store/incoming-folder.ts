import { randomBytes } from 'node:crypto'
import { readdir, rmdir, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join, sep } from 'node:path'
import { errnoOf } from './file-error.ts'
import type { FileSystem } from './file-system.ts'
import { IncomingFile } from './incoming-file.ts'
import { makeFolders } from './make-folders.ts'

/** In the store's directory, so that a rename into a study's folder stays within one file system. Not a UID, so no study's name. */
const incomingFolder = '.incoming'

/**
 * What may still be somebody's is left over once it has not changed for so long. Layers above end a stalled transfer within
 * minutes.
 */
export const leftoverAgeMs = 3_600_000

/**
 * One store's folder of unfinished files, `.incoming/<pid>-<random>-<host>`. Each store has its own, so several processes may share
 * a directory.
 */
export class IncomingFolder {
  readonly #fileSystem: FileSystem
  readonly #parent: string
  readonly #name = `${String(process.pid)}-${randomBytes(8).toString('hex')}-${hostLabel()}`
  readonly #path: string
  #created = 0

  constructor(fileSystem: FileSystem, directory: string) {
    this.#fileSystem = fileSystem
    this.#parent = join(directory, incomingFolder)
    this.#path = join(this.#parent, this.#name)
  }

  async make(): Promise<void> {
    try {
      await makeFolders(this.#fileSystem, this.#path)
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error
      // Another store that closed removed the folder above, which was empty, in between.
      await makeFolders(this.#fileSystem, this.#path)
    }
  }

  async createFile(): Promise<IncomingFile> {
    const path = `${this.#path}${sep}${String(++this.#created)}.part`
    try {
      return await IncomingFile.create(this.#fileSystem, path)
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error
      // An administrator, or another host's sweep, found the folder empty and removed it.
      await this.make()
      return IncomingFile.create(this.#fileSystem, path)
    }
  }

  /**
   * Removes what crashed runs left: at once where the process is known to be gone, else by age. A process of another host cannot
   * be asked for, and a process id that runs may be another's by now, as in containers, where it is always the same. What may not
   * be removed, as another user made it, stays, and keeps nobody from storing.
   */
  async sweep(nowMs: number): Promise<void> {
    for (const entry of await readdir(this.#parent, { withFileTypes: true })) {
      if (!entry.isDirectory() || entry.name === this.#name) continue
      const path = join(this.#parent, entry.name)
      if (!ownerIsGone(entry.name) && nowMs - (await lastChangeMs(path)) < leftoverAgeMs) continue
      await this.#fileSystem.rm(path).catch(() => undefined)
    }
  }

  /** Removes the folder if it is empty, and the one above it if no other store has one there. Never rejects. */
  async remove(): Promise<void> {
    for (const path of [this.#path, this.#parent]) await rmdir(path).catch(() => undefined)
  }
}

/** The host's name as far as it fits a file name. */
function hostLabel(): string {
  return hostname()
    .replace(/[^A-Za-z0-9.-]/g, '_')
    .slice(0, 100)
}

/** Whether the process that made a folder of this name is known not to run any more. */
function ownerIsGone(name: string): boolean {
  const [, pid, host] = /^(\d+)-[0-9a-f]+-(.*)$/.exec(name) ?? []
  if (pid === undefined || host !== hostLabel()) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return errnoOf(error) === 'ESRCH'
  }
}

/** When a folder or a file in it changed last; now, if it vanished meanwhile. */
async function lastChangeMs(path: string): Promise<number> {
  try {
    const names = await readdir(path)
    const times = await Promise.all(
      [path, ...names.map((name) => join(path, name))].map((each) => stat(each)),
    )
    return Math.max(...times.map(({ mtimeMs }) => mtimeMs))
  } catch {
    return Number.POSITIVE_INFINITY
  }
}
