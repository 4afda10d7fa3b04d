import { createHash } from 'node:crypto'

/** The running SHA-256 over every handshake octet, both directions, in the order of the dialogue. */
export class Transcript {
  readonly #hash = createHash('sha256')

  add(bytes: Uint8Array): void {
    this.#hash.update(bytes)
  }

  /** The hash up to here; more may be added. */
  digest(): Uint8Array {
    return this.#hash.copy().digest()
  }
}
