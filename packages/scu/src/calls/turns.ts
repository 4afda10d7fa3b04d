import type { Stop } from './stop.ts'

/** So many may go at once, the others wait their turn, first come first served. */
export class Turns {
  readonly #waiting = new Set<() => void>()
  #free: number

  /** @param atOnce 0 = without limit */
  constructor(atOnce: number) {
    this.#free = atOnce === 0 ? Infinity : atOnce
  }

  /**
   * Waits for a turn, unless one is free at once. Each that was had is to be given back, once.
   *
   * @throws the reason of `stop`, when that fires first
   */
  take(stop: Stop): Promise<void> | undefined {
    stop.throwIfStopped()
    if (this.#free === 0) return this.#wait(stop)
    this.#free--
    return undefined
  }

  giveBack(): void {
    const [next] = this.#waiting
    if (!next) {
      this.#free++
      return
    }
    this.#waiting.delete(next)
    next()
  }

  #wait(stop: Stop): Promise<void> {
    return new Promise((resolve, reject) => {
      const goOn = (): void => {
        stop.onStop = undefined
        resolve()
      }
      this.#waiting.add(goOn)
      stop.onStop = (reason) => {
        this.#waiting.delete(goOn)
        reject(reason)
      }
    })
  }
}
