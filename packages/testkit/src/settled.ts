import { setImmediate } from 'node:timers/promises'

/** Resolves when streams in memory, promises and ticks have done what they can do without time passing. */
export async function settled(turns = 8): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await setImmediate()
}
