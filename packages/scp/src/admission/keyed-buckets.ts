import type { Clock } from '@dcm/transport'
import { type Rate, TokenBucket } from './token-bucket.ts'

/**
 * So many keys are remembered; then the one that was used longest ago is forgotten, if none is full again. At some 200 bytes each,
 * 2 MB against a peer with a new address or name for each request.
 */
const maximumKeys = 10_000

/** A rate for each of many: addresses, or AE titles. Without a rate everything may happen. */
export class KeyedBuckets {
  readonly #rate: Rate | undefined
  readonly #clock: Clock
  /** The one used last at the end. */
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(rate: Rate | undefined, clock: Clock) {
    this.#rate = rate
    this.#clock = clock
  }

  take(key: string): boolean {
    if (!this.#rate) return true
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#rate, this.#clock)
    this.#buckets.delete(key)
    if (this.#buckets.size >= maximumKeys) this.#forget()
    this.#buckets.set(key, bucket)
    return bucket.take()
  }

  #forget(): void {
    for (const [key, bucket] of this.#buckets) {
      if (!bucket.full) break
      this.#buckets.delete(key)
    }
    const [oldest] = this.#buckets.keys()
    if (oldest !== undefined && this.#buckets.size >= maximumKeys) this.#buckets.delete(oldest)
  }
}
