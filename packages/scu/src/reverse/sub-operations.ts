import { type CStoreRq, type Operation, responseTo, statuses } from '@dcm/dimse'

/** Takes the C-STORE sub-operations of one C-GET. */
export type SubOperationHandler = (operation: Operation, request: CStoreRq) => Promise<void>

/** Who takes what the peer stores at us: the C-GET that runs, if one does. */
export class SubOperations {
  handler: SubOperationHandler | undefined
  #next = Promise.withResolvers<undefined>()

  /** Resolves when the next operation of the peer is over. */
  get nextOver(): Promise<undefined> {
    return this.#next.promise
  }

  /** An operation of the peer is over. */
  over(): void {
    this.#next.resolve(undefined)
    this.#next = Promise.withResolvers()
  }

  async store(operation: Operation, request: CStoreRq): Promise<void> {
    if (this.handler) {
      await this.handler(operation, request)
      return
    }
    const errorComment = 'no C-GET is under way'
    await operation.respond(responseTo(request, { status: statuses.NotAuthorized, errorComment }))
  }
}
