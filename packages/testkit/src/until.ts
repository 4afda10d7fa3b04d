import { setImmediate } from 'node:timers/promises'

/** Lets the event loop turn until something holds that has no event of its own, such as a length; for `ms` at most. */
export async function until(ms: number, what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + ms
  while (!holds()) {
    if (performance.now() > end) throw new Error(`${what}: not within ${String(ms)} ms`)
    await setImmediate()
  }
}
