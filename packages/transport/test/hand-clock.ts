import type { Clock } from '@dcm/transport'

/** Fires when it is told to. */
export class HandClock implements Clock {
  readonly timers = new Map<symbol, { readonly callback: () => void; readonly ms: number }>()

  now(): number {
    return 0
  }

  setTimeout(callback: () => void, ms: number): symbol {
    const handle = Symbol(ms)
    this.timers.set(handle, { callback, ms })
    return handle
  }

  clearTimeout(handle: unknown): void {
    this.timers.delete(handle as symbol)
  }

  fire(): void {
    for (const { callback } of this.timers.values()) callback()
  }
}
