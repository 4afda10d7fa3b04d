import { constants } from 'node:os'
import { basename } from 'node:path'
import { getSystemErrorName } from 'node:util'
import { type FileSystem, nodeFileSystem } from '../src/file-store/file-system.ts'

export type Call = keyof FileSystem

/** The real file system, with what was done to it written down, and calls that can be made to fail. */
export class RecordingFileSystem implements FileSystem {
  readonly calls: string[] = []
  /** Asked before each call: an errno to fail with. */
  failing: (call: Call, path: string | undefined) => keyof typeof constants.errno | undefined = () =>
    undefined
  /** The most bytes one write takes. */
  maximumWriteBytes = Number.POSITIVE_INFINITY
  readonly #paths = new Map<number, string>()

  async open(path: string, flags: string): Promise<number> {
    this.#enter('open', path)
    const descriptor = await nodeFileSystem.open(path, flags)
    this.#paths.set(descriptor, path)
    return descriptor
  }
  writev(descriptor: number, runs: readonly Uint8Array[]): Promise<number> {
    this.#enter('writev', this.#paths.get(descriptor))
    let left = this.maximumWriteBytes
    const taken: Uint8Array[] = []
    for (const run of runs) {
      taken.push(run.subarray(0, left))
      left -= Math.min(left, run.length)
    }
    return nodeFileSystem.writev(descriptor, taken)
  }
  fsync(descriptor: number): Promise<void> {
    this.#enter('fsync', this.#paths.get(descriptor))
    return nodeFileSystem.fsync(descriptor)
  }
  async close(descriptor: number): Promise<void> {
    const path = this.#paths.get(descriptor)
    this.#paths.delete(descriptor)
    await nodeFileSystem.close(descriptor)
    this.#enter('close', path)
  }
  rename(from: string, to: string): Promise<void> {
    this.#enter('rename', to)
    return nodeFileSystem.rename(from, to)
  }
  unlink(path: string): Promise<void> {
    this.#enter('unlink', path)
    return nodeFileSystem.unlink(path)
  }
  mkdir(path: string): Promise<void> {
    this.#enter('mkdir', path)
    return nodeFileSystem.mkdir(path)
  }
  async rm(path: string): Promise<void> {
    this.#enter('rm', path)
    await nodeFileSystem.rm(path)
  }

  /** Descriptors opened and not closed. */
  get openDescriptors(): number {
    return this.#paths.size
  }

  #enter(call: Call, path: string | undefined): void {
    this.calls.push(path === undefined ? call : `${call} ${basename(path)}`)
    const name = this.failing(call, path)
    if (name === undefined) return
    const errno = -constants.errno[name]
    // As Node.js names them, which knows no EDQUOT.
    const code = getSystemErrorName(errno)
    throw Object.assign(new Error(`${code}: made to fail, ${call}`), { errno, code })
  }
}
