import { type Clock, TimeoutError, type TimerHandle } from '@dcm/transport'
import { type CallOptions, defaultDeadlineMs } from './call-options.ts'

/** What ends an operation from our side: the caller's signal, or its deadline. The first of them counts. */
export class Stop {
  readonly #clock: Clock
  readonly #signal: AbortSignal | undefined
  readonly #deadline: TimerHandle
  #listener: ((reason: Error) => void) | undefined
  #reason: Error | undefined

  constructor(clock: Clock, { signal, deadlineMs = defaultDeadlineMs }: CallOptions) {
    this.#clock = clock
    this.#signal = signal
    if (signal?.aborted) {
      this.#reason = reasonOf(signal)
      return
    }
    signal?.addEventListener('abort', this.#aborted)
    this.#deadline = clock.setTimeout(() => {
      this.#stop(new TimeoutError('deadline', deadlineMs))
    }, deadlineMs)
  }

  /** Why the operation shall end; undefined while it may go on. */
  get reason(): Error | undefined {
    return this.#reason
  }

  throwIfStopped(): void {
    if (this.#reason) throw this.#reason
  }

  /** What to do when it fires: one listener, that of the phase which the operation is in. */
  set onStop(listener: ((reason: Error) => void) | undefined) {
    this.#listener = listener
  }

  /** The operation is over: no timer and no listener stays behind. */
  end(): void {
    this.#listener = undefined
    this.#clock.clearTimeout(this.#deadline)
    this.#signal?.removeEventListener('abort', this.#aborted)
  }

  readonly #aborted = (): void => {
    if (this.#signal) this.#stop(reasonOf(this.#signal))
  }

  #stop(reason: Error): void {
    if (this.#reason) return
    this.#reason = reason
    this.#listener?.(reason)
  }
}

/** A reason may be anything; what is no error becomes the cause of one. */
function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason
  return reason instanceof Error ? reason : new DOMException(String(reason), 'AbortError')
}
