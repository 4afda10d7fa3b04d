import { dirname, join, sep } from 'node:path'
import { errnoOf } from './file-error.ts'
import type { FileSystem } from './file-system.ts'
import { FolderSync } from './folder-sync.ts'
import type { IncomingFile } from './incoming-file.ts'
import { makeFolders } from './make-folders.ts'

/** Folders remembered as durable. Forgetting one costs a sync more, remembering one some hundred bytes. */
const maximumDurableFolders = 10_000

/** The folders that finished files are moved into, one a study. */
export class StudyFolders {
  readonly #fileSystem: FileSystem
  readonly #directory: string
  /** With a separator at its end, as `/` has one already. */
  readonly #prefix: string
  /** Undefined when durability is the operating system's affair. */
  readonly #folderSync: FolderSync | undefined
  /** Folders whose own name in `directory` is known to be on disk. */
  readonly #durable = new Set<string>()

  constructor(fileSystem: FileSystem, directory: string, options: { readonly durable: boolean }) {
    this.#fileSystem = fileSystem
    this.#directory = directory
    this.#prefix = join(directory, sep)
    this.#folderSync = options.durable ? new FolderSync(fileSystem) : undefined
  }

  /** Makes the directory itself, and what is missing above it. */
  async make(): Promise<void> {
    const firstMade = await makeFolders(this.#fileSystem, this.#directory)
    if (!this.#folderSync || firstMade === undefined) return
    for (let made = this.#directory; made.length >= firstMade.length; made = dirname(made)) {
      await this.#folderSync.sync(dirname(made))
    }
  }

  /** The content of a file on disk, before it gets its name. */
  async sync(file: IncomingFile): Promise<void> {
    await this.#folderSync?.watch(() => file.sync())
  }

  /** Gives a finished file its final name, replacing what had it; returns its path. */
  async publish(file: IncomingFile, folderName: string, name: string): Promise<string> {
    // `join` would look at every character again, and neither name has a separator.
    const folder = `${this.#prefix}${folderName}`
    const path = `${folder}${sep}${name}`
    const failure = this.#folderSync?.failure
    try {
      await file.rename(path)
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error
      await this.#makeFolder(folder)
      await file.rename(path)
    }
    await this.#makeDurable(folder)
    // Linux tells only who waits for it that a journal's commit failed. Who syncs later hears of success, with its name in that commit.
    if (this.#folderSync?.failure !== failure) throw this.#folderSync?.failure
    return path
  }

  async #makeFolder(folder: string): Promise<void> {
    this.#durable.delete(folder)
    try {
      await this.#fileSystem.mkdir(folder)
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error
    }
  }

  async #makeDurable(folder: string): Promise<void> {
    if (!this.#folderSync) return
    await this.#folderSync.sync(folder)
    // Also when another made the folder: its sync may not have happened yet.
    if (this.#durable.has(folder)) return
    await this.#folderSync.sync(this.#directory)
    if (this.#durable.size >= maximumDurableFolders) this.#durable.clear()
    this.#durable.add(folder)
  }
}
