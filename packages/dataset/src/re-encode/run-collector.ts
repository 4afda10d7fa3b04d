/** Shorter pieces are copied together, in bytes: a run each would cost more than the copy. */
const shortBytes = 4_096
const blockBytes = 65_536

/** Gathers pieces into runs: long ones as they are, short ones copied together. */
export class RunCollector {
  #runs: Uint8Array[] = []
  #block = new Uint8Array(0)
  #from = 0
  #used = 0

  add(bytes: Uint8Array): void {
    if (bytes.length >= shortBytes) {
      this.#closeRun()
      this.#runs.push(bytes)
      return
    }
    if (this.#used + bytes.length > this.#block.length) {
      this.#closeRun()
      this.#block = new Uint8Array(blockBytes)
      this.#from = this.#used = 0
    }
    this.#block.set(bytes, this.#used)
    this.#used += bytes.length
  }

  /** What has gathered; the caller's to keep. */
  take(): Uint8Array[] {
    this.#closeRun()
    const runs = this.#runs
    this.#runs = []
    return runs
  }

  #closeRun(): void {
    if (this.#used > this.#from) this.#runs.push(this.#block.subarray(this.#from, this.#used))
    this.#from = this.#used
  }
}
