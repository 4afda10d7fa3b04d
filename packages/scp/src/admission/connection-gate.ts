import type { Clock, Connection } from '@dcm/transport'
import { addressKey } from './address-key.ts'
import type { AdmissionLimits } from './admission-options.ts'
import { KeyCounts } from './key-counts.ts'
import { KeyedBuckets } from './keyed-buckets.ts'
import type { Rate } from './token-bucket.ts'

/** Counts connections from their acceptance to their close, and says which are too many. */
export class ConnectionGate {
  readonly #limits: AdmissionLimits
  readonly #rates: KeyedBuckets
  readonly #byAddress = new KeyCounts()
  #open = 0
  #refused = 0

  constructor(limits: AdmissionLimits, ratePerAddress: Rate | undefined, clock: Clock) {
    this.#limits = limits
    this.#rates = new KeyedBuckets(ratePerAddress, clock)
  }

  get open(): number {
    return this.#open
  }

  /** How many were refused since the start. */
  get refused(): number {
    return this.#refused
  }

  byAddress(): Readonly<Record<string, number>> {
    return this.#byAddress.snapshot()
  }

  /** Whether the connection may stay; then it counts until it is closed. */
  enter({ remote, stream }: Connection): boolean {
    const { maxConnections, maxConnectionsPerAddress, ipv6PrefixBits } = this.#limits
    const key = addressKey(remote, ipv6PrefixBits)
    const tooMany = this.#open >= maxConnections || this.#byAddress.of(key) >= maxConnectionsPerAddress
    if (tooMany || !this.#rates.take(key)) {
      this.#refused++
      return false
    }
    if (stream.closed) return true
    this.#open++
    this.#byAddress.add(key)
    stream.once('close', () => {
      this.#open--
      this.#byAddress.remove(key)
    })
    return true
  }
}
