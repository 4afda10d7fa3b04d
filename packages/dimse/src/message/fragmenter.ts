import type { Pdv } from '@dcm/pdu'

/**
 * Cuts a message, its command and then its data set, into PDVs that fit the peer's maximum length, without copying. The last bytes
 * of each wait until it is known that they are the last, since that is said in their own header (PS3.8 E.2).
 */
export class Fragmenter {
  /** Those that wait for nothing more; whoever sends them takes them out. */
  readonly pdvs: Pdv[] = []
  readonly #presentationContextId: number
  readonly #maximumBytes: number
  #isCommand = true
  #runs: Uint8Array[] = []
  #length = 0

  constructor(presentationContextId: number, maximumBytes: number, command: Uint8Array) {
    this.#presentationContextId = presentationContextId
    this.#maximumBytes = maximumBytes
    this.push(command)
    this.end()
    this.#isCommand = false
  }

  /** More of the data set. */
  push(run: Uint8Array): void {
    let start = 0
    while (start < run.length) {
      if (this.#length === this.#maximumBytes) this.#cut(false)
      const part = run.subarray(start, start + this.#maximumBytes - this.#length)
      this.#runs.push(part)
      this.#length += part.length
      start += part.length
    }
  }

  /** No more: the last PDV, without any content when nothing was pushed. */
  end(): void {
    this.#cut(true)
  }

  #cut(isLast: boolean): void {
    this.pdvs.push({
      presentationContextId: this.#presentationContextId,
      isCommand: this.#isCommand,
      isLast,
      data: this.#runs,
    })
    this.#runs = []
    this.#length = 0
  }
}
