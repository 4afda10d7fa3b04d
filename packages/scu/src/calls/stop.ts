import type { Wait, Waits } from '@dcm/association'
import { type CallOptions, defaultDeadlineMs } from './call-options.ts'

/** What ends an operation from our side: the caller's signal, or its deadline. The first of them counts. */
export class Stop {
  readonly #deadlines: Waits
  readonly #deadline: Wait
  readonly #signal: AbortSignal | undefined
  #listener: ((reason: Error) => void) | undefined
  #reason: Error | undefined

  readonly #stop = (reason: Error): void => {
    if (this.#reason) return
    this.#reason = reason
    this.#listener?.(reason)
  }

  readonly #aborted = (): void => {
    if (this.#signal) this.#stop(reasonOf(this.#signal))
  }

  /** @param deadlines where its own is kept, with those of others */
  constructor(deadlines: Waits, { signal, deadlineMs = defaultDeadlineMs }: CallOptions) {
    this.#deadlines = deadlines
    this.#deadline = { timer: 'deadline', timeoutMs: deadlineMs, expired: this.#stop }
    this.#signal = signal
    if (signal?.aborted) {
      this.#reason = reasonOf(signal)
      return
    }
    signal?.addEventListener('abort', this.#aborted)
    deadlines.begin(this.#deadline)
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
    this.#deadlines.end(this.#deadline)
    this.#signal?.removeEventListener('abort', this.#aborted)
  }
}

/** A reason may be anything; what is no error becomes the cause of one. */
function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason
  return reason instanceof Error ? reason : new DOMException(String(reason), 'AbortError')
}
