import type { Association } from '@dcm/association'
import { DimseChannel, type Operation, responseTo, statuses, unrecognizedResponse } from '@dcm/dimse'
import type { Logger } from './logger.ts'
import type { Peer, Service, ServiceOperation } from './service.ts'

/** Which service answers for an abstract syntax. */
export type ServiceLookup = (abstractSyntax: string) => Service | undefined

/** Serves one association: takes its operations, gives each to its service, sees that each is answered. */
export class AssociationHandler {
  readonly association: Association
  readonly channel: DimseChannel
  readonly #peer: Peer
  readonly #serviceFor: ServiceLookup
  readonly #logger: Logger
  readonly #running = new Set<Promise<void>>()
  #performed = 0
  #failed = 0

  constructor(association: Association, peer: Peer, serviceFor: ServiceLookup, logger: Logger) {
    this.association = association
    this.#peer = peer
    this.#serviceFor = serviceFor
    this.#logger = logger
    this.channel = new DimseChannel(association)
  }

  get peer(): Peer {
    return this.#peer
  }

  /** Operations answered, and those of them that failed in their handler. */
  get counts(): { readonly performed: number; readonly failed: number } {
    return { performed: this.#performed, failed: this.#failed }
  }

  /** Until the association is over, and nothing of it runs any more. Never rejects. */
  async serve(): Promise<void> {
    const { performed } = this.association.facts.asynchronousOperationsWindow
    try {
      for await (const operation of this.channel) {
        // PS3.7 D.3.3.3: a requestor that sends more than was agreed waits.
        while (performed > 0 && this.#running.size >= performed) await Promise.race(this.#running)
        const running = this.#perform(operation).finally(() => this.#running.delete(running))
        this.#running.add(running)
      }
    } catch {
      // The association's end says why; whoever asked for it gets it there.
    }
    await Promise.all(this.#running)
  }

  async #perform(operation: Operation): Promise<void> {
    try {
      await this.#dispatch(operation)
      this.#performed++
    } catch (error) {
      this.#failed++
      await this.#fail(operation, error)
    }
  }

  async #dispatch(operation: Operation): Promise<void> {
    const { command, context } = operation
    if (command.type === 'unrecognized') {
      await operation.respond(unrecognizedResponse(command))
      return
    }
    if (this.channel.isDuplicate(operation)) {
      await operation.respond(responseTo(command, { status: statuses.DuplicateInvocation }))
      return
    }
    if ('affectedSopClassUid' in command && command.affectedSopClassUid !== context.abstractSyntax) {
      // PS3.7 9.1: the SOP class of the command is the abstract syntax of its presentation context.
      await operation.respond(responseTo(command, { status: statuses.SopClassNotSupported }))
      return
    }
    const handler = this.#serviceFor(context.abstractSyntax)?.handlers[command.type]
    if (!handler || !context.roles.requestor.scu) {
      // PS3.7 C.5.: not one of the operations agreed on.
      await operation.respond(responseTo(command, { status: statuses.UnrecognizedOperation }))
      return
    }
    const service: ServiceOperation = {
      request: command,
      abstractSyntax: context.abstractSyntax,
      transferSyntax: context.transferSyntax,
      roles: context.roles,
      dataSet: operation.dataSet,
      signal: operation.signal,
      peer: this.#peer,
      logger: this.#logger,
      respond: (response, dataSet) => operation.respond(response, dataSet),
    }
    await (handler as (operation: ServiceOperation) => Promise<void>)(service)
    if (!operation.completed) throw new Error(`the handler of ${command.type} sent no last response`)
  }

  /** A thrown error becomes a failure status, never a dead association. */
  async #fail(operation: Operation, error: unknown): Promise<void> {
    const { command } = operation
    if (this.association.over) {
      operation.end()
      return
    }
    this.#logger.error(
      { err: error, associationId: this.association.id, command: command.type },
      'an operation failed',
    )
    if (operation.completed || command.type === 'unrecognized') return
    try {
      await operation.respond(responseTo(command, { status: statuses.ProcessingFailure }))
    } catch (sendError) {
      operation.end()
      this.channel.abort(sendError as Error)
    }
  }
}
