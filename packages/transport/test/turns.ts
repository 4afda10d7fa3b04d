import { setImmediate } from 'node:timers/promises'

/** Lets promises, ticks and streams do what they can without time passing. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await setImmediate()
}
