import type { FileSystem } from './file-system.ts'

/** Node.js gives what a write took in 32 bits with a sign: of 2 GiB or more a negative number. */
const maximumWriteBytes = 0x4000_0000

/**
 * A file that is being written under a temporary name. It must end in `rename` or `discard`; after a failed call only
 * `discard` is left.
 */
export class IncomingFile {
  readonly #fileSystem: FileSystem
  readonly #path: string
  #descriptor: number | undefined

  private constructor(fileSystem: FileSystem, path: string, descriptor: number) {
    this.#fileSystem = fileSystem
    this.#path = path
    this.#descriptor = descriptor
  }

  /** A new file; it must not exist. */
  static async create(fileSystem: FileSystem, path: string): Promise<IncomingFile> {
    return new IncomingFile(fileSystem, path, await fileSystem.open(path, 'wx'))
  }

  /** Appends all runs; they must not change until it resolves. */
  async write(runs: readonly Uint8Array[]): Promise<void> {
    const descriptor = this.#open()
    let rest = runs
    for (;;) {
      const written = await this.#fileSystem.writev(descriptor, firstBytes(rest, maximumWriteBytes))
      rest = dropBytes(rest, written)
      if (rest.length === 0) return
      // A file system that takes nothing and reports no error would otherwise be asked for ever.
      if (written === 0) throw new Error('the file system wrote nothing')
    }
  }

  /** Everything written is on disk. */
  sync(): Promise<void> {
    return this.#fileSystem.fsync(this.#open())
  }

  async close(): Promise<void> {
    const descriptor = this.#open()
    // Whether it fails or not, the descriptor is gone.
    this.#descriptor = undefined
    await this.#fileSystem.close(descriptor)
  }

  rename(to: string): Promise<void> {
    return this.#fileSystem.rename(this.#path, to)
  }

  /** Leaves nothing behind as far as the file system lets it. Never rejects. */
  async discard(): Promise<void> {
    if (this.#descriptor !== undefined) await this.close().catch(() => undefined)
    await this.#fileSystem.unlink(this.#path).catch(() => undefined)
  }

  #open(): number {
    if (this.#descriptor === undefined) throw new Error('the incoming file is closed')
    return this.#descriptor
  }
}

/** As much of the runs as is no longer than so many bytes. */
function firstBytes(runs: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let left = bytes
  for (const [index, run] of runs.entries()) {
    if (run.length > left) return [...runs.slice(0, index), run.subarray(0, left)]
    left -= run.length
  }
  return runs
}

/** What is left of the runs after so many bytes. */
function dropBytes(runs: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let left = bytes
  for (const [index, run] of runs.entries()) {
    if (run.length > left) return [run.subarray(left), ...runs.slice(index + 1)]
    left -= run.length
  }
  return []
}
