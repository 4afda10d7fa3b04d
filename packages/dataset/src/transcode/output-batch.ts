/** From here on, in bytes, a view costs less than a copy. */
const viewBytes = 4_096

/** Gathers what is written: small things are copied into one run of bytes, large ones handed on as views. */
export class OutputBatch {
  #batches: Uint8Array[] = []
  #run = Buffer.allocUnsafe(viewBytes)
  #filled = 0

  write(bytes: Uint8Array): void {
    if (bytes.length >= viewBytes) {
      this.#endRun()
      this.#batches.push(bytes)
      return
    }
    if (this.#filled + bytes.length > this.#run.length) {
      this.#endRun()
      this.#run = Buffer.allocUnsafe(16 * viewBytes)
    }
    this.#run.set(bytes, this.#filled)
    this.#filled += bytes.length
  }

  take(): Uint8Array[] {
    this.#endRun()
    const batches = this.#batches
    this.#batches = []
    return batches
  }

  /** The rest of the room is used on; what was given is not written to again. */
  #endRun(): void {
    if (this.#filled === 0) return
    this.#batches.push(this.#run.subarray(0, this.#filled))
    this.#run = this.#run.subarray(this.#filled)
    this.#filled = 0
  }
}
