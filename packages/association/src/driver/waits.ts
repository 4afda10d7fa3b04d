import { type Clock, TimeoutError, type TimerHandle } from '@dcm/transport'

/** Something that may be waited for: the name of its timer, and how long it may take. */
export interface Wait {
  readonly timer: string
  readonly timeoutMs: number
  readonly expired: (error: TimeoutError) => void
  /** When it began; undefined while nothing is waited for. {@link Waits} keeps it. */
  startedAt?: number | undefined
}

/**
 * Waits that begin and end with every message, any number at a time. One timer of the clock serves all and is looked at when it fires, so
 * that the data path only notes the time.
 */
export class Waits {
  readonly #clock: Clock
  readonly #restMs: number
  /** A list, since few run at once. */
  readonly #running: Wait[] = []
  #handle: TimerHandle
  #firesAt = Infinity
  #restsUntil = -Infinity
  #closed = false

  /** @param restMs how long all may rest while they are held; 0 = they do not */
  constructor(clock: Clock, restMs = 0) {
    this.#clock = clock
    this.#restMs = restMs
  }

  /** Begins, also anew. */
  begin(wait: Wait): void {
    if (wait.startedAt === undefined) this.#running.push(wait)
    wait.startedAt = this.#clock.now()
    const dueAt = wait.startedAt + wait.timeoutMs
    if (dueAt < this.#firesAt) this.#arm(dueAt)
  }

  end(wait: Wait): void {
    if (wait.startedAt === undefined) return
    wait.startedAt = undefined
    this.#running.splice(this.#running.indexOf(wait), 1)
    if (this.#closed) this.close()
  }

  /** Whether all rest; then they begin anew. */
  set held(held: boolean) {
    if (this.#restMs === 0 || held === this.#restsUntil > -Infinity) return
    this.#restsUntil = held ? this.#clock.now() + this.#restMs : -Infinity
    if (!held) for (const wait of this.#running) this.begin(wait)
  }

  /** From now on no timer stays behind the last wait. */
  close(): void {
    this.#closed = true
    if (this.#running.length > 0 || this.#firesAt === Infinity) return
    this.#clock.clearTimeout(this.#handle)
    this.#firesAt = Infinity
  }

  #arm(at: number): void {
    this.#clock.clearTimeout(this.#handle)
    this.#firesAt = at
    // What falls due while others are told is late already, and Node.js warns of a negative time.
    const leftMs = Math.max(0, at - this.#clock.now())
    this.#handle = this.#clock.setTimeout(() => {
      this.#look()
    }, leftMs)
  }

  #look(): void {
    this.#firesAt = Infinity
    const now = this.#clock.now()
    for (const wait of [...this.#running]) {
      if (this.#dueAt(wait) > now) continue
      this.end(wait)
      wait.expired(new TimeoutError(wait.timer, wait.timeoutMs))
    }
    const next = Math.min(...this.#running.map((wait) => this.#dueAt(wait)))
    if (next < this.#firesAt) this.#arm(next)
  }

  #dueAt({ startedAt = Infinity, timeoutMs }: Wait): number {
    return Math.max(startedAt + timeoutMs, this.#restsUntil)
  }
}
