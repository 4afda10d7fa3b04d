import type { Rejection } from '@dcm/association'
import type { Clock } from '@dcm/transport'
import type { AdmissionLimits } from './admission-options.ts'
import { KeyCounts } from './key-counts.ts'
import { rejections } from './refusal.ts'

/** Whose place it is. */
export interface PlaceHolder {
  readonly address: string
  readonly callingAeTitle: string
  /** Fires when it is not wanted any more. */
  readonly signal: AbortSignal
}

/** A place that was taken; it is given back once. */
export interface Place {
  release(): void
}

interface Waiting {
  readonly holder: PlaceHolder
  settle(outcome: Place | Rejection): void
}

/**
 * The places for associations: so many in all, of one address and of one calling AE title. When there is none, requests wait in
 * order; one whose own bound is reached lets those behind it pass.
 */
export class AssociationPlaces {
  readonly #limits: AdmissionLimits
  readonly #clock: Clock
  readonly #byAddress = new KeyCounts()
  readonly #byCallingAeTitle = new KeyCounts()
  readonly #queue = new Set<Waiting>()
  #taken = 0

  constructor(limits: AdmissionLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  get taken(): number {
    return this.#taken
  }

  get queued(): number {
    return this.#queue.size
  }

  byAddress(): Readonly<Record<string, number>> {
    return this.#byAddress.snapshot()
  }

  byCallingAeTitle(): Readonly<Record<string, number>> {
    return this.#byCallingAeTitle.snapshot()
  }

  /** A place, or how to refuse who wants one. */
  take(holder: PlaceHolder): Promise<Place | Rejection> {
    if (this.#hasRoomFor(holder)) return Promise.resolve(this.#place(holder))
    if (holder.signal.aborted || this.#queue.size >= this.#limits.maxQueuedRequests)
      return Promise.resolve(rejections.localLimitExceeded)
    return this.#wait(holder)
  }

  #wait(holder: PlaceHolder): Promise<Place | Rejection> {
    return new Promise((resolve) => {
      const leave = (): void => {
        waiting.settle(rejections.temporaryCongestion)
      }
      const deadline = this.#clock.setTimeout(leave, this.#limits.queueTimeoutMs)
      const waiting: Waiting = {
        holder,
        settle: (outcome) => {
          this.#queue.delete(waiting)
          this.#clock.clearTimeout(deadline)
          holder.signal.removeEventListener('abort', leave)
          resolve(outcome)
        },
      }
      this.#queue.add(waiting)
      holder.signal.addEventListener('abort', leave, { once: true })
    })
  }

  #hasRoomFor({ address, callingAeTitle }: PlaceHolder): boolean {
    const { maxAssociations, maxAssociationsPerAddress, maxAssociationsPerCallingAeTitle } = this.#limits
    return (
      this.#taken < maxAssociations &&
      this.#byAddress.of(address) < maxAssociationsPerAddress &&
      this.#byCallingAeTitle.of(callingAeTitle) < maxAssociationsPerCallingAeTitle
    )
  }

  #place({ address, callingAeTitle }: PlaceHolder): Place {
    this.#taken++
    this.#byAddress.add(address)
    this.#byCallingAeTitle.add(callingAeTitle)
    let released = false
    return {
      release: () => {
        if (released) return
        released = true
        this.#taken--
        this.#byAddress.remove(address)
        this.#byCallingAeTitle.remove(callingAeTitle)
        this.#serveQueue()
      },
    }
  }

  #serveQueue(): void {
    for (const waiting of this.#queue) {
      if (this.#taken >= this.#limits.maxAssociations) return
      if (this.#hasRoomFor(waiting.holder)) waiting.settle(this.#place(waiting.holder))
    }
  }
}
