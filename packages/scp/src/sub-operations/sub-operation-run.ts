import { AssociationAbortedError } from '@dcm/association'
import { OperationCancelledError } from '@dcm/dimse'
import { FairTurn } from '../fair-turn.ts'
import type { RetrievableInstance } from './retrievable-instance.ts'
import { type SubOperationOutcome, Tally } from './tally.ts'

/**
 * So many sub-operations are under way when the peer sets no bound to what it performs at once (PS3.7 D.3.3.3.1): each
 * holds an open data set.
 */
const maximumUnbounded = 16

/** The sub-operations of one C-MOVE or C-GET while they are at work. */
export class SubOperationRun {
  readonly instances: readonly RetrievableInstance[]
  readonly tally: Tally
  /** The first thing that went wrong; for the log. */
  firstError: unknown
  /** The same for the peer's eyes, where there is something to say. */
  errorComment: string | undefined
  /** Fires when one that is still being opened is not waited for: the peer has cancelled, or is gone. */
  readonly unwanted: AbortSignal
  readonly #operation: AbortSignal
  readonly #cancelled = new AbortController()
  readonly #abandoned = new AbortController()
  readonly #onEnded: () => void
  readonly #left: Set<RetrievableInstance>

  constructor(instances: readonly RetrievableInstance[], operation: AbortSignal, onEnded: () => void) {
    this.instances = instances
    this.tally = new Tally(instances.length)
    this.#operation = operation
    this.#onEnded = onEnded
    this.#left = new Set(instances)
    this.unwanted = AbortSignal.any([this.#cancelled.signal, this.#abandoned.signal])
    const stopped = (): void => {
      if (this.cancelled) this.#cancelled.abort(operation.reason)
      if (operation.reason instanceof AssociationAbortedError) this.abandon()
    }
    if (operation.aborted) stopped()
    else operation.addEventListener('abort', stopped, { once: true })
  }

  get cancelled(): boolean {
    return this.#operation.reason instanceof OperationCancelledError
  }

  /** Fires when no more are to begin; those that have begun end by themselves. */
  get stop(): AbortSignal {
    return AbortSignal.any([this.#operation, this.#abandoned.signal])
  }

  /** Fires when those that have begun are to end too: their requestor is gone. */
  get abandoned(): AbortSignal {
    return this.#abandoned.signal
  }

  get #stopping(): boolean {
    return this.#operation.aborted || this.#abandoned.signal.aborted
  }

  /** Performs them in order, as many at once as the window has (0 = no bound); a failure is its instance's alone. */
  async perform(
    instances: readonly RetrievableInstance[],
    window: number,
    store: (instance: RetrievableInstance) => Promise<SubOperationOutcome>,
  ): Promise<void> {
    const queue = instances.values()
    const turn = new FairTurn()
    const lane = async (): Promise<void> => {
      for (const instance of queue) {
        // It remains, as does every one behind it.
        if (this.#stopping) return
        await this.#perform(instance, store)
        if (turn.isOver) await turn.pause()
      }
    }
    const lanes = window === 0 ? maximumUnbounded : window
    await Promise.all(Array.from({ length: Math.min(lanes, instances.length) }, lane))
  }

  /** Fails instances that cannot be sent at all. */
  fail(instances: readonly RetrievableInstance[], error: unknown): void {
    this.firstError ??= error
    for (const instance of instances) this.#record(instance, 'failed')
  }

  /** Without a C-CANCEL nothing remains at the end: what was not begun has failed. */
  conclude(): void {
    if (!this.cancelled) this.fail([...this.#left], this.#operation.reason)
  }

  /** Nobody waits for the rest. */
  abandon(): void {
    this.#abandoned.abort()
  }

  async #perform(
    instance: RetrievableInstance,
    store: (instance: RetrievableInstance) => Promise<SubOperationOutcome>,
  ): Promise<void> {
    try {
      this.#record(instance, await store(instance))
    } catch (error) {
      // Given up before anything of it was sent, it remains.
      if (!this.unwanted.aborted || error !== this.unwanted.reason) this.fail([instance], error)
    }
  }

  #record(instance: RetrievableInstance, outcome: SubOperationOutcome): void {
    this.#left.delete(instance)
    this.tally.record(instance.sopInstanceUid, outcome)
    this.#onEnded()
  }
}
