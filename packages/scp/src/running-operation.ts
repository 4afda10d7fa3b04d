import { checkedDataSet, type Operation, type Request, responseTo, statusCategory } from '@dcm/dimse'
import type { WatchedHandler } from './handler-watch.ts'
import type { Answer } from './service-operation.ts'
import type { RetrieveAnswer } from './sub-operations/tally.ts'

/** An operation whose handler has not ended: what it was answered, and who waits for its end. */
export class RunningOperation {
  readonly operation: Operation
  readonly handler: WatchedHandler
  /** Of the last response. */
  status: number | undefined
  /** Why it failed. */
  error: unknown
  /** Sub-operations left, as the last pending response said. */
  #remaining: number | undefined
  /** Made for who asks. */
  #ended: PromiseWithResolvers<undefined> | undefined

  constructor(operation: Operation, handler: WatchedHandler) {
    this.operation = operation
    this.handler = handler
  }

  /** Resolves when nobody waits for the handler any more. */
  get ended(): Promise<undefined> {
    this.#ended ??= Promise.withResolvers()
    return this.#ended.promise
  }

  end(): void {
    this.handler.end()
    this.#ended?.resolve(undefined)
  }

  /** Whether a pending response said how many sub-operations are left. */
  get isCounted(): boolean {
    return this.#remaining !== undefined
  }

  respond(request: Request, { dataSet, ...outcome }: Answer): Promise<void> {
    const content = dataSet === undefined ? undefined : checkedDataSet(dataSet)
    const response = responseTo(request, { ...outcome, hasDataSet: content !== undefined })
    const isPending = statusCategory(outcome.status) === 'pending'
    const isSign = !(isPending && this.#standsStill(outcome))
    if (!isPending && !this.operation.completed) this.status = outcome.status
    return this.handler.send(content, (given) => this.operation.respond(response, given), isSign)
  }

  /** Of a C-MOVE or C-GET, pending responses go out however its sub-operations get on; these say whether they do. */
  #standsStill(outcome: Omit<Answer, 'dataSet'>): boolean {
    const { numberOfRemainingSuboperations: remaining } = outcome as Partial<RetrieveAnswer>
    const still = remaining !== undefined && remaining === this.#remaining
    this.#remaining = remaining ?? this.#remaining
    return still
  }
}
