import { closeSync, constants, fstatSync, open, read } from './file-system.ts'
import { unreadable } from './unreadable.ts'

/** A pipe that nobody writes to would keep a thread of the pool waiting for ever. */
const openFlags = constants.O_RDONLY | constants.O_NONBLOCK

/**
 * A file open for reading. What may wait for a disk, opening and reading, goes to the thread pool. Kind, size and close only ask the kernel,
 * which has the answer: a turn of the thread pool costs ten times as much, and of a small file there would be two.
 */
export class OpenFile {
  /** When it was opened, in bytes. */
  readonly size: number
  readonly #path: string
  /** Undefined once it is closed: its number may be another file's at once. */
  #descriptor: number | undefined
  #reading: Promise<unknown> | undefined

  private constructor(path: string, descriptor: number, size: number) {
    this.#path = path
    this.#descriptor = descriptor
    this.size = size
  }

  /** @throws InstanceError `DCM_INSTANCE_UNREADABLE` */
  static async open(path: string): Promise<OpenFile> {
    try {
      const descriptor = await open(path, openFlags)
      const stat = fstatSync(descriptor)
      // A folder says so when it is read.
      if (stat.isFile() || stat.isDirectory()) return new OpenFile(path, descriptor, stat.size)
      closeSync(descriptor)
      throw new Error('it is no regular file')
    } catch (error) {
      throw unreadable(path, error)
    }
  }

  /**
   * Fills the buffer from this position of the file, or less of it where the file ends; gives how many bytes it read.
   *
   * @throws InstanceError `DCM_INSTANCE_UNREADABLE`; once it is closed, too
   */
  async read(buffer: Uint8Array, position: number): Promise<number> {
    if (this.#descriptor === undefined) throw unreadable(this.#path, new Error('it was closed'))
    const reading = read(this.#descriptor, buffer, 0, buffer.length, position)
    this.#reading = reading
    try {
      return (await reading).bytesRead
    } catch (error) {
      throw unreadable(this.#path, error)
    }
  }

  /** When nothing is being read any more. A second call does nothing. */
  async close(): Promise<void> {
    const descriptor = this.#descriptor
    this.#descriptor = undefined
    await this.#reading?.catch(() => undefined)
    if (descriptor !== undefined) closeSync(descriptor)
  }
}
