import type { Stop } from './stop.ts'

/** So many may go at once, the others wait their turn, first come first served. */
export class Turns {
  readonly #waiting = new Set<() => void>()
  #free: number

  /** @param atOnce 0 = without limit */
  constructor(atOnce: number) {
    this.#free = atOnce === 0 ? Infinity : atOnce
  }

  /** Resolves with the function that gives the turn back; rejects with the reason when `stop` fires first. */
  async take(stop: Stop): Promise<() => void> {
    stop.throwIfStopped()
    if (this.#free > 0) this.#free--
    else await this.#wait(stop)
    let taken = true
    return () => {
      if (!taken) return
      taken = false
      this.#giveBack()
    }
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

  #giveBack(): void {
    const [next] = this.#waiting
    if (!next) {
      this.#free++
      return
    }
    this.#waiting.delete(next)
    next()
  }
}
