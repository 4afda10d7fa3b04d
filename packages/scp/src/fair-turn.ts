import { setImmediate } from 'node:timers/promises'

/**
 * How long one operation may keep all others waiting, in milliseconds. A handler that has all ready, and a peer that reads as fast as we
 * write, never make us wait, so that not even the C-CANCEL would be read.
 */
const longestTurnMs = 5

/** The time that an operation takes without a pause. */
export class FairTurn {
  #began = performance.now()

  get isOver(): boolean {
    return performance.now() - this.#began >= longestTurnMs
  }

  /** Lets all others go first. */
  async pause(): Promise<void> {
    await setImmediate()
    this.#began = performance.now()
  }
}
