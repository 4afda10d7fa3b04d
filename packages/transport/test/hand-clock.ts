import type { Clock } from '@dcm/transport'

/** Stands until it is moved; each timer goes when it has fired. */
export class HandClock implements Clock {
  readonly timers = new Map<
    symbol,
    { readonly callback: () => void; readonly ms: number; readonly due: number }
  >()
  #now = 0

  now(): number {
    return this.#now
  }

  setTimeout(callback: () => void, ms: number): symbol {
    const handle = Symbol(ms)
    this.timers.set(handle, { callback, ms, due: this.#now + ms })
    return handle
  }

  clearTimeout(handle: unknown): void {
    this.timers.delete(handle as symbol)
  }

  /** Fires all, whatever time they had left. */
  fire(): void {
    for (const { callback } of this.timers.values()) callback()
  }

  advance(ms: number): void {
    this.#now += ms
    for (const [handle, { callback, due }] of this.timers) {
      if (due > this.#now) continue
      this.timers.delete(handle)
      callback()
    }
  }
}
