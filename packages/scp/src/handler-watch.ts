import type { ByteSource, CheckedDataSet } from '@dcm/dimse'
import { type Clock, TimeoutError, type TimerHandle } from '@dcm/transport'

/** How long a handler that was told to stop has to answer by itself; at most half of the timer. */
const lastCallMs = 1_000

/** What becomes of a handler that does not get on. */
export interface HandlerFate {
  /** It has not got on for too long: it is to stop. */
  overdue(error: TimeoutError): void
  /** It has not stopped: nobody waits for it any more. */
  abandoned(error: TimeoutError): void
}

/**
 * Sees that handlers get on. One timer serves all handlers of an SCP and is looked at when it fires, so that an operation only notes
 * the time.
 */
export class HandlerWatch {
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #handlers: WatchedHandler[] = []
  #timer: TimerHandle

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock
    this.#timeoutMs = timeoutMs
  }

  /** From now on, until its `end()`. */
  begin(fate: HandlerFate): WatchedHandler {
    const handler = new WatchedHandler(this.#clock, fate, this.#handlers)
    if (this.#timer === undefined) this.#arm(this.#timeoutMs)
    return handler
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #arm(ms: number): void {
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = undefined
      const graceMs = Math.min(lastCallMs, this.#timeoutMs / 2)
      let soonestMs = Infinity
      for (const handler of [...this.#handlers]) {
        soonestMs = Math.min(soonestMs, handler.look(this.#timeoutMs, graceMs))
      }
      if (this.#handlers.length > 0) this.#arm(soonestMs)
    }, ms)
  }
}

/** A handler, and the last time it showed that it gets on. While it waits for the peer, others' timers run and this one rests. */
export class WatchedHandler {
  readonly startedAt: number
  readonly #clock: Clock
  readonly #fate: HandlerFate
  /** All that are watched; where it stands there. */
  readonly #all: WatchedHandler[]
  #place: number
  #lastSignAt: number
  #waits = 0
  #sending = 0
  #overdue: TimeoutError | undefined
  #isAbandoned = false

  constructor(clock: Clock, fate: HandlerFate, all: WatchedHandler[]) {
    this.#clock = clock
    this.#fate = fate
    this.#all = all
    this.#place = all.push(this) - 1
    this.startedAt = clock.now()
    this.#lastSignAt = this.startedAt
  }

  get isAbandoned(): boolean {
    return this.#isAbandoned
  }

  /** Whether a message is under way whose data set comes from it: nothing else can be sent before that ends. */
  get isSending(): boolean {
    return this.#sending > 0
  }

  /** It gets on. */
  readonly progress = (): void => {
    this.#lastSignAt = this.#clock.now()
  }

  /** Waits for the peer. Afterwards its own time begins anew, or goes on if this was no sign that it gets on. */
  async waitForPeer<T>(peer: Promise<T>, isSign = true): Promise<T> {
    const since = isSign ? 0 : this.#clock.now()
    this.#waits++
    try {
      return await peer
    } finally {
      this.#waits--
      if (isSign) this.progress()
      else this.#lastSignAt += this.#clock.now() - since
    }
  }

  /** Waits for the peer to take a message; of a data set that is made on the way, the making is the handler's own time. */
  send<T>(
    dataSet: CheckedDataSet | undefined,
    transmit: (dataSet?: CheckedDataSet) => Promise<T>,
    isSign = true,
  ): Promise<T> {
    if (!dataSet || !('read' in dataSet)) return this.waitForPeer(transmit(dataSet), isSign)
    return this.#sendStream(dataSet, transmit)
  }

  async #sendStream<T>(source: ByteSource, transmit: (dataSet: CheckedDataSet) => Promise<T>): Promise<T> {
    this.#sending++
    try {
      return await this.waitForPeer(transmit(this.#watched(source)))
    } finally {
      this.#sending--
    }
  }

  #watched(source: ByteSource): ByteSource {
    return {
      read: async () => {
        this.#waits--
        this.progress()
        try {
          return await source.read()
        } finally {
          this.#waits++
        }
      },
      recycle: (runs) => source.recycle?.(runs),
    }
  }

  end(): void {
    const last = this.#all[this.#place] === this && this.#all.pop()
    if (!last || last === this) return
    // The last one takes its place.
    this.#all[this.#place] = last
    last.#place = this.#place
  }

  /** Does what is due; returns in how many milliseconds to look again. */
  look(timeoutMs: number, graceMs: number): number {
    const limitMs = this.#overdue ? graceMs : timeoutMs
    if (this.#waits > 0) return limitMs
    const leftMs = this.#lastSignAt + limitMs - this.#clock.now()
    if (leftMs > 0) return leftMs
    if (!this.#overdue) {
      this.#overdue = new TimeoutError('handler', timeoutMs)
      this.progress()
      this.#fate.overdue(this.#overdue)
      return graceMs
    }
    this.#isAbandoned = true
    this.end()
    this.#fate.abandoned(this.#overdue)
    return Infinity
  }
}
