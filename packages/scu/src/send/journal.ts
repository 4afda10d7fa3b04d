import type { FileHandle } from 'node:fs/promises'
import { UsageError } from '@dcm/transport'
import type { SendResult } from './send-result.ts'

/** One line. A line that is cut, as the last one of a run that was killed may be, says nothing. */
interface JournalLine {
  readonly calledAeTitle: string
  readonly sopInstanceUid: string | undefined
  readonly outcome: string
  readonly status: number | undefined
  readonly path: string
}

/**
 * What was sent, one line of JSON for each instance, appended only. A run that is killed between a response and its line sends that
 * instance once more: the other order would lose some.
 */
export class Journal implements AsyncDisposable {
  readonly #path: string
  readonly #calledAeTitle: string
  readonly #handle: FileHandle
  readonly #stored: ReadonlySet<string>
  #lines: string[] = []
  #writing: Promise<void> | undefined
  #failure: Error | undefined
  #told = false

  private constructor(path: string, calledAeTitle: string, handle: FileHandle, stored: ReadonlySet<string>) {
    this.#path = path
    this.#calledAeTitle = calledAeTitle
    this.#handle = handle
    this.#stored = stored
  }

  static async open(path: string, calledAeTitle: string): Promise<Journal> {
    const { open } = await import('node:fs/promises')
    const handle = await open(path, 'a+')
    try {
      await requireJournal(path, handle)
      const stored = new Set<string>()
      for await (const text of handle.readLines({ start: 0, autoClose: false })) {
        const line = parsed(text)
        if (line?.calledAeTitle !== calledAeTitle || line.sopInstanceUid === undefined) continue
        if (line.outcome === 'stored' || line.outcome === 'stored-with-warning')
          stored.add(line.sopInstanceUid)
      }
      const journal = new Journal(path, calledAeTitle, handle, stored)
      // A cut last line must not swallow the first one of this run.
      if ((await handle.stat()).size > 0) journal.#lines.push('\n')
      return journal
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** Whether an earlier run stored it there. */
  has(sopInstanceUid: string): boolean {
    return this.#stored.has(sopInstanceUid)
  }

  /** Queued; lines that come while one is being written go out together. @throws what an earlier write failed with */
  append({ sopInstanceUid, outcome, status, path }: SendResult): void {
    if (this.#failure) {
      this.#told = true
      throw this.#failure
    }
    const line: JournalLine = { calledAeTitle: this.#calledAeTitle, sopInstanceUid, outcome, status, path }
    this.#lines.push(`${JSON.stringify(line)}\n`)
    this.#writing ??= this.#write()
  }

  /** All lines are on disk. @throws what a write failed with, unless `append` has said it */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#writing
      // Thrown on top of itself, it would be hidden in a SuppressedError.
      if (this.#told) return
      if (this.#failure) throw this.#failure
      await this.#handle.sync()
    } finally {
      await this.#handle.close()
    }
  }

  async #write(): Promise<void> {
    try {
      while (this.#lines.length > 0) {
        const text = this.#lines.join('')
        this.#lines = []
        await this.#handle.appendFile(text)
      }
    } catch (error) {
      // A write does not say of which file.
      this.#failure = Object.assign(error as Error, { path: this.#path })
    }
    this.#writing = undefined
  }
}

/** How each line begins. */
const beginning = '{"calledAeTitle":'

/** Nothing is appended to what is something else, such as an image. @throws UsageError */
async function requireJournal(path: string, handle: FileHandle): Promise<void> {
  if ((await handle.stat()).isFile()) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(beginning.length), { position: 0 })
    if (beginning.startsWith(buffer.toString('latin1', 0, bytesRead))) return
  }
  throw new UsageError(`${path} is no journal of what was sent; name another file`, {
    code: 'DCM_NO_JOURNAL',
  })
}

function parsed(text: string): JournalLine | undefined {
  try {
    const line: unknown = JSON.parse(text)
    return typeof line === 'object' && line !== null ? (line as JournalLine) : undefined
  } catch {
    return undefined
  }
}
