import fs from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

const write = promisify(fs.write)

/** Lines that may wait for a slow reader, in characters; further ones are dropped. */
const maximumWaitingCharacters = 1_048_576
/** Lines are written together, since a write costs more than the rest of an association's set-up: in characters, and at the latest after so long. */
const writtenTogetherCharacters = 4_096
const flushIntervalMs = 100
/** How long the end of the process waits for a reader that stands still. */
const lastWriteTimeoutMs = 1_000

/**
 * Writes lines to a descriptor in the background. What cannot be written is lost: a full disk, or nobody at the other end of a pipe,
 * must neither end nor hold up who only wanted to say something.
 */
export class LineWriter {
  readonly #descriptor: number
  #waiting = ''
  #underWay: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  write(line: string): void {
    if (this.#waiting.length + line.length > maximumWaitingCharacters) return
    this.#waiting += line
    if (this.#waiting.length >= writtenTogetherCharacters) this.#begin()
    else
      this.#timer ??= setTimeout(() => {
        this.#begin()
      }, flushIntervalMs)
  }

  /** Resolves when what was written before has left, or cannot leave. Never rejects. */
  async flush(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, lastWriteTimeoutMs)
    })
    await Promise.race([this.#writeAll(), late])
    clearTimeout(timer)
  }

  #begin(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#underWay ??= this.#writeWaiting().finally(() => {
      this.#underWay = undefined
      if (this.#waiting.length >= writtenTogetherCharacters) this.#begin()
    })
  }

  async #writeAll(): Promise<void> {
    while (this.#underWay !== undefined || this.#waiting !== '') {
      this.#begin()
      await this.#underWay
    }
  }

  async #writeWaiting(): Promise<void> {
    let rest: Uint8Array = Buffer.from(this.#waiting)
    this.#waiting = ''
    while (rest.length > 0) {
      try {
        const { bytesWritten } = await write(this.#descriptor, rest)
        rest = rest.subarray(bytesWritten)
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'EAGAIN') return
        await delay(flushIntervalMs)
      }
    }
  }
}
