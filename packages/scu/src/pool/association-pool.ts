import { longestTimeoutMs, parseAeTitle, requireRange, UsageError, Waits } from '@dcm/association'
import { type Clock, formatAddress, systemClock, type TimerHandle } from '@dcm/transport'
import { associate } from '../associate.ts'
import type { AssociateOptions } from '../associate-options.ts'
import { Stop } from '../calls/stop.ts'
import { Turns } from '../calls/turns.ts'
import { extendedNegotiationsOf } from '../contexts/extended-negotiations.ts'
import { wantedContexts } from '../contexts/wanted-contexts.ts'
import { requireAssociateOptions } from '../require-options.ts'
import type { ScuAssociation } from '../scu-association.ts'

export interface AssociationPoolOptions {
  /** Associations with the same peer and contexts, in use and idle; who wants one more waits. Default 4: many peers allow no more. */
  readonly maximumPerPeer?: number
  /** How long an association may lie idle before it is released, in milliseconds. Default 20 000: most peers abort after 30 s or more. */
  readonly idleReleaseMs?: number
  /** Replaced in tests. */
  readonly clock?: Clock
}

/** What a pooled association is asked for with; the signal and the deadline bound the wait for it. */
export type PoolRequest = AssociateOptions & { readonly deadlineMs?: number }

interface Idle {
  readonly association: ScuAssociation
  readonly timer: TimerHandle
}

/** All associations with one peer and the same contexts. */
interface Place {
  readonly key: string
  readonly turns: Turns
  readonly idle: Idle[]
  /** Those whose peer has not answered for long: they take what comes back first. */
  readonly waiting: Set<(association: ScuAssociation) => void>
  users: number
}

/**
 * How long a peer may take to answer a request for one more association before one that comes back is taken in its place, in milliseconds:
 * many take one association at a time, and answer the next when it is gone. Others answer within one or two round trips.
 */
const patienceMs = 1_000

/**
 * Keeps associations for those who come next. Two requests share associations when they name the same transport, address, AE titles,
 * user identity, window, contexts, timers and limits, and the same function as `onEventReport`. What was broken, or has operations outstanding, is not handed on.
 */
export class AssociationPool implements AsyncDisposable {
  readonly #maximumPerPeer: number
  readonly #idleReleaseMs: number
  readonly #clock: Clock
  readonly #deadlines: Waits
  readonly #places = new Map<string, Place>()
  readonly #numbers = new WeakMap<object, number>()
  #numbered = 0
  readonly #releasing = new Set<Promise<void>>()
  #closed = false

  /** @throws UsageError `DCM_LIMIT_RANGE` */
  constructor(options: AssociationPoolOptions = {}) {
    const { maximumPerPeer = 4, idleReleaseMs = 20_000, clock = systemClock } = options
    requireRange('maximumPerPeer', maximumPerPeer, 1)
    requireRange('idleReleaseMs', idleReleaseMs, 1, longestTimeoutMs)
    this.#maximumPerPeer = maximumPerPeer
    this.#idleReleaseMs = idleReleaseMs
    this.#clock = clock
    this.#deadlines = new Waits(clock)
    this.#deadlines.close()
  }

  /** Associations that lie idle now. */
  get idle(): number {
    return [...this.#places.values()].reduce((sum, { idle }) => sum + idle.length, 0)
  }

  /**
   * Uses an association for as long as `work` takes: an idle one, or a new one.
   *
   * @throws what {@link associate} throws, what `work` throws, the signal's reason, UsageError `DCM_POOL_CLOSED`
   */
  async use<T>(asked: PoolRequest, work: (association: ScuAssociation) => Promise<T>): Promise<T> {
    requireAssociateOptions(asked)
    requireWork(work)
    // They are looked at twice, and a generator gives them once.
    const request = asked.instances ? { ...asked, instances: [...asked.instances] } : asked
    const key = this.#keyOf(request)
    const place = this.#places.get(key) ?? {
      key,
      turns: new Turns(this.#maximumPerPeer),
      idle: [],
      waiting: new Set(),
      users: 0,
    }
    this.#places.set(key, place)
    place.users++
    const stop = new Stop(this.#deadlines, request)
    try {
      await place.turns.take(stop)
      try {
        this.#mustBeOpen()
        const association = this.#take(place) ?? (await this.#open(place, stop, request))
        try {
          return await work(association)
        } finally {
          this.#giveBack(place, association)
        }
      } finally {
        place.turns.giveBack()
      }
    } finally {
      stop.end()
      place.users--
      this.#forgetIfEmpty(place)
    }
  }

  /** Releases what lies idle, and what is in use when it comes back. Resolves when the idle ones are released. */
  async close(): Promise<void> {
    this.#closed = true
    for (const place of this.#places.values()) {
      for (const { association, timer } of place.idle.splice(0)) {
        this.#clock.clearTimeout(timer)
        this.#release(association)
      }
    }
    await Promise.all(this.#releasing)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** The one that was used last: the others may be released soon. */
  #take(place: Place): ScuAssociation | undefined {
    for (let last = place.idle.pop(); last; last = place.idle.pop()) {
      this.#clock.clearTimeout(last.timer)
      // The peer may have released or aborted it meanwhile.
      if (!last.association.over) return last.association
    }
    return undefined
  }

  /** A new one, or one that comes back before the peer has answered. The deadline is for the whole wait. */
  async #open(place: Place, stop: Stop, request: PoolRequest): Promise<ScuAssociation> {
    stop.throwIfStopped()
    const given = new AbortController()
    stop.onStop = (reason) => {
      given.abort(reason)
    }
    let instead: ScuAssociation | undefined
    const takeInstead = (association: ScuAssociation): void => {
      place.waiting.delete(takeInstead)
      instead = association
      given.abort(new Error('an association came back, and was taken instead'))
    }
    const patience = this.#clock.setTimeout(() => {
      const idle = this.#take(place)
      if (idle) takeInstead(idle)
      else place.waiting.add(takeInstead)
    }, patienceMs)
    try {
      const association = await associate({ ...request, signal: given.signal })
      // Both came in the same turn.
      if (instead) this.#giveBack(place, instead)
      return association
    } catch (error) {
      if (instead) return instead
      throw error
    } finally {
      this.#clock.clearTimeout(patience)
      place.waiting.delete(takeInstead)
      stop.end()
    }
  }

  #giveBack(place: Place, association: ScuAssociation): void {
    if (association.over) return
    if (this.#closed || association.outstandingOperations > 0) {
      this.#release(association)
      return
    }
    const [waiting] = place.waiting
    if (waiting) {
      waiting(association)
      return
    }
    const timer = this.#clock.setTimeout(() => {
      place.idle.splice(place.idle.indexOf(idle), 1)
      this.#release(association)
      this.#forgetIfEmpty(place)
    }, this.#idleReleaseMs)
    const idle = { association, timer }
    place.idle.push(idle)
  }

  #release(association: ScuAssociation): void {
    const released = association[Symbol.asyncDispose]().finally(() => this.#releasing.delete(released))
    this.#releasing.add(released)
  }

  #forgetIfEmpty({ key, idle, users }: Place): void {
    if (users === 0 && idle.length === 0) this.#places.delete(key)
  }

  #mustBeOpen(): void {
    if (this.#closed) throw new UsageError('the pool is closed', 'DCM_POOL_CLOSED')
  }

  #keyOf(request: PoolRequest): string {
    this.#mustBeOpen()
    const { to, transport, callingAeTitle, calledAeTitle, userIdentity, maximumOperationsInvoked } = request
    const { responseTimeoutMs, cancelTimeoutMs, messageTimeoutMs, association, onEventReport, clock } =
      request
    return JSON.stringify([
      [transport, onEventReport, clock].map((each) => this.#numberOf(each)),
      formatAddress(to),
      parseAeTitle(callingAeTitle),
      parseAeTitle(calledAeTitle),
      userIdentity,
      maximumOperationsInvoked,
      [responseTimeoutMs, cancelTimeoutMs, messageTimeoutMs, association],
      wantedContexts(request),
      extendedNegotiationsOf(request.contexts),
    ])
  }

  /** What has no text to tell it apart by. */
  #numberOf(thing: object | undefined): number | undefined {
    if (!thing) return undefined
    const number = this.#numbers.get(thing) ?? ++this.#numbered
    this.#numbers.set(thing, number)
    return number
  }
}

/** From JavaScript: forgotten. */
function requireWork(work: unknown): void {
  if (typeof work === 'function') return
  throw new UsageError('use() needs a function to call with the association', 'DCM_OPTION')
}
