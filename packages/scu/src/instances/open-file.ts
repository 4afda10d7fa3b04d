import { closeSync, fstatSync, open, read } from 'node:fs'
import { promisify } from 'node:util'

const openDescriptor = promisify(open)
const readDescriptor = promisify(read)

/**
 * A file open for reading. What may wait for a disk, opening and reading, goes to the thread pool. Size and close only ask the kernel,
 * which has the answer: a turn of the thread pool costs ten times as much, and of a small file there would be two.
 */
export class OpenFile {
  readonly #descriptor: number
  #reading: Promise<unknown> | undefined

  private constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  static async open(path: string): Promise<OpenFile> {
    return new OpenFile(await openDescriptor(path, 'r'))
  }

  get size(): number {
    return fstatSync(this.#descriptor).size
  }

  /** Fills the buffer from this position of the file, or less of it where the file ends; gives how many bytes it read. */
  async read(buffer: Uint8Array, position: number): Promise<number> {
    const reading = readDescriptor(this.#descriptor, buffer, 0, buffer.length, position)
    this.#reading = reading
    const { bytesRead } = await reading
    return bytesRead
  }

  /** When nothing is being read any more: the descriptor's number may be another file's at once. */
  async close(): Promise<void> {
    await this.#reading?.catch(() => undefined)
    closeSync(this.#descriptor)
  }
}
