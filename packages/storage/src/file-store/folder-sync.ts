import type { FileSystem } from './file-system.ts'

/**
 * Makes names in folders durable, and remembers the last sync that failed. Those who ask for the same folder while it is being synced
 * share the next sync: it begins after they asked, so it covers what they renamed.
 */
export class FolderSync {
  readonly #fileSystem: FileSystem
  readonly #running = new Map<string, Promise<void>>()
  readonly #waiting = new Map<string, Promise<void>>()
  #failure: unknown

  constructor(fileSystem: FileSystem) {
    this.#fileSystem = fileSystem
  }

  /** Why the last sync failed that did, of a file or a folder; undefined if none has. */
  get failure(): unknown {
    return this.#failure
  }

  /** Syncs something, and remembers when that fails. */
  async watch(sync: () => Promise<void>): Promise<void> {
    try {
      await sync()
    } catch (error) {
      this.#failure = error
      throw error
    }
  }

  sync(path: string): Promise<void> {
    const running = this.#running.get(path)
    if (!running) return this.#start(path)
    const waiting = this.#waiting.get(path)
    if (waiting) return waiting
    const next = running
      .catch(() => undefined)
      .then(() => {
        this.#waiting.delete(path)
        return this.#start(path)
      })
    this.#waiting.set(path, next)
    return next
  }

  #start(path: string): Promise<void> {
    const started = this.#sync(path).finally(() => {
      if (this.#running.get(path) === started) this.#running.delete(path)
    })
    this.#running.set(path, started)
    return started
  }

  async #sync(path: string): Promise<void> {
    // Windows syncs no folders, and keeps names in its journal.
    if (process.platform === 'win32') return
    const descriptor = await this.#fileSystem.open(path, 'r')
    try {
      await this.watch(() => this.#fileSystem.fsync(descriptor))
    } finally {
      await this.#fileSystem.close(descriptor)
    }
  }
}
