import type { Pdv } from '@dcm/pdu'

/**
 * Cuts one command or data set into PDVs that fit the peer's maximum length, without copying. The last bytes wait
 * until it is known whether they are the last, since that is said in their own header (PS3.8 E.2).
 */
export class Fragmenter {
  readonly #presentationContextId: number
  readonly #isCommand: boolean
  readonly #maximumBytes: number
  #runs: Uint8Array[] = []
  #length = 0

  constructor(presentationContextId: number, isCommand: boolean, maximumBytes: number) {
    this.#presentationContextId = presentationContextId
    this.#isCommand = isCommand
    this.#maximumBytes = maximumBytes
  }

  /** The PDVs that are certainly not the last. */
  push(runs: readonly Uint8Array[]): Pdv[] {
    const pdvs: Pdv[] = []
    for (const run of runs) {
      let rest = run
      while (rest.length > 0) {
        if (this.#length === this.#maximumBytes) pdvs.push(this.#cut(false))
        const part = rest.subarray(0, this.#maximumBytes - this.#length)
        this.#runs.push(part)
        this.#length += part.length
        rest = rest.subarray(part.length)
      }
    }
    return pdvs
  }

  /** The last PDV; without any content when nothing was pushed. */
  end(): Pdv {
    return this.#cut(true)
  }

  #cut(isLast: boolean): Pdv {
    const data = this.#runs
    this.#runs = []
    this.#length = 0
    return { presentationContextId: this.#presentationContextId, isCommand: this.#isCommand, isLast, data }
  }
}
