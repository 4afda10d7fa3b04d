import type { Clock, Connection } from '@dcm/transport'
import { addressKey } from './address-key.ts'
import type { AdmissionLimits } from './admission-options.ts'
import { KeyCounts } from './key-counts.ts'
import { KeyedBuckets } from './keyed-buckets.ts'
import type { Rate } from './token-bucket.ts'

/** How long peers have to close behind their last answer when the SCP closes. Honest ones take a round trip. */
const closeGraceMs = 1_000

/**
 * Counts connections from their acceptance to their close, and says which are too many. One that has had its answer gives way to a new
 * one: a peer that then does not close (PS3.8 9.2, Sta13) must keep nobody out.
 */
export class ConnectionGate {
  readonly #limits: AdmissionLimits
  readonly #rates: KeyedBuckets
  readonly #clock: Clock
  readonly #byAddress = new KeyCounts()
  /** The open ones, each with what it counts under. */
  readonly #open = new Map<Connection, string>()
  /** Those of them that wait for the peer's close, the one that waits longest first. */
  readonly #leaving = new Set<Connection>()
  #refused = 0
  #emptied: (() => void) | undefined

  constructor(limits: AdmissionLimits, ratePerAddress: Rate | undefined, clock: Clock) {
    this.#limits = limits
    this.#rates = new KeyedBuckets(ratePerAddress, clock)
    this.#clock = clock
  }

  get open(): number {
    return this.#open.size
  }

  /** How many were refused since the start. */
  get refused(): number {
    return this.#refused
  }

  byAddress(): Readonly<Record<string, number>> {
    return this.#byAddress.snapshot()
  }

  /** Whether the connection may stay; then it counts until it is closed. */
  enter(connection: Connection): boolean {
    const { maxConnections, maxConnectionsPerAddress, ipv6PrefixBits } = this.#limits
    const key = addressKey(connection.remote, ipv6PrefixBits)
    const tooManyOfIts = this.#byAddress.of(key) >= maxConnectionsPerAddress
    const tooMany = tooManyOfIts || this.#open.size >= maxConnections
    const leaving = tooMany ? this.#longestLeaving(tooManyOfIts ? key : undefined) : undefined
    if ((tooMany && !leaving) || !this.#rates.take(key)) {
      this.#refused++
      return false
    }
    if (leaving) {
      this.#closed(leaving)
      leaving.stream.destroy()
    }
    const { stream } = connection
    if (stream.closed) return true
    this.#open.set(connection, key)
    this.#byAddress.add(key)
    stream.once('close', () => {
      this.#closed(connection)
    })
    return true
  }

  /** It has had its last answer, and only waits for the peer's close. */
  leaves(connection: Connection): void {
    if (this.#open.has(connection)) this.#leaving.add(connection)
  }

  /** Until the peers have closed all; those that have not in time are destroyed, as ARTIM would keep the process for long. */
  async close(): Promise<void> {
    if (this.#open.size === 0) return
    await new Promise<void>((resolve) => {
      const timer = this.#clock.setTimeout(() => {
        for (const { stream } of this.#open.keys()) stream.destroy()
        resolve()
      }, closeGraceMs)
      this.#emptied = () => {
        this.#clock.clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Of one address, or of all. */
  #longestLeaving(key: string | undefined): Connection | undefined {
    for (const connection of this.#leaving) {
      if (key === undefined || this.#open.get(connection) === key) return connection
    }
    return undefined
  }

  #closed(connection: Connection): void {
    const key = this.#open.get(connection)
    if (key === undefined) return
    this.#open.delete(connection)
    this.#leaving.delete(connection)
    this.#byAddress.remove(key)
    if (this.#open.size === 0) this.#emptied?.()
  }
}
