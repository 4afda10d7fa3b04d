import {
  type AcceptedPresentationContext,
  type Association,
  AssociationAbortedError,
  UsageError,
} from '@dcm/association'
import {
  DimseChannel,
  type Invocation,
  type Operation,
  OperationCancelledError,
  type OutgoingDataSet,
  type Request,
  type RequestToSend,
  responseTo,
  statuses,
  unrecognizedResponse,
} from '@dcm/dimse'
import type { Logger } from './logger.ts'
import type { ScpOptions } from './options.ts'
import type { Peer } from './peer.ts'
import { perform } from './perform.ts'
import { performs, refusalOf } from './refusal.ts'
import type { HandlerLookup } from './service-lookup.ts'
import type { Answer, ServiceOperation } from './service-operation.ts'
import { ScpClosingError } from './scp-closing-error.ts'
import { StatusError } from './status-error.ts'

/** What all associations of an SCP are served by. */
export interface HandlerServices {
  readonly handlerFor: HandlerLookup
  readonly authorize: ScpOptions['authorize']
  readonly logger: Logger
}

/** So many handlers of one association may still run after their last response; more hold new operations back. */
const maximumRunningOn = 16

/** Serves one association: takes its operations, gives each to its handler, sees that each is answered. */
export class AssociationHandler {
  readonly association: Association
  readonly channel: DimseChannel
  readonly peer: Peer
  readonly #handlerFor: HandlerLookup
  readonly #authorize: ScpOptions['authorize']
  readonly #logger: Logger
  /** Operations without their last response. */
  readonly #answering = new Set<Promise<unknown>>()
  /** Operations whose handlers have not ended, answered or not. */
  readonly #running = new Map<Operation, Promise<void>>()
  #performed = 0
  #failed = 0

  constructor(association: Association, peer: Peer, services: HandlerServices) {
    const { handlerFor, authorize, logger } = services
    this.association = association
    this.peer = peer
    this.#handlerFor = handlerFor
    this.#authorize = authorize
    this.#logger = logger
    this.channel = new DimseChannel(association, {
      onMalformedRequest: (error) => {
        logger.warn({ err: error, associationId: association.id }, 'a malformed request was refused')
      },
    })
  }

  /** Operations answered, and those of them that failed in their handler. */
  get counts(): { readonly performed: number; readonly failed: number } {
    return { performed: this.#performed, failed: this.#failed }
  }

  /** Until the association is over, and nothing of it runs any more. Never rejects. */
  async serve(): Promise<void> {
    // At once, not when the loop ends: it may itself wait for one of them.
    const told = this.association.ended.then((end) => {
      this.interrupt(end.kind === 'aborted' ? end.error : released())
    })
    try {
      for await (const operation of this.channel) {
        await this.#turn()
        this.#start(operation)
      }
    } catch {
      // The association's end says why; whoever asked for it gets it there.
    }
    await told
    await Promise.all([...this.#running.values()])
  }

  /** PS3.7 D.3.3.3: a requestor that sends more than was agreed waits. */
  async #turn(): Promise<void> {
    const { performed } = this.association.facts.asynchronousOperationsWindow
    while (performed > 0 && this.#answering.size >= performed) await Promise.race(this.#answering)
    while (this.#running.size >= this.#answering.size + maximumRunningOn) {
      await Promise.race([...this.#running.values()])
    }
  }

  /** Tells every handler that runs that there is a reason to stop. */
  interrupt(reason: Error): void {
    for (const operation of this.#running.keys()) operation.interrupt(reason)
  }

  #start(operation: Operation): void {
    const answered = operation.answered.finally(() => this.#answering.delete(answered))
    this.#answering.add(answered)
    const running = this.#perform(operation).finally(() => this.#running.delete(operation))
    this.#running.set(operation, running)
  }

  async #perform(operation: Operation): Promise<void> {
    try {
      await this.#dispatch(operation)
      this.#performed++
    } catch (error) {
      await this.#fail(operation, error)
    }
  }

  async #dispatch(operation: Operation): Promise<void> {
    const { command } = operation
    if (command.type === 'unrecognized') {
      await operation.respond(unrecognizedResponse(command))
    } else if (this.channel.isDuplicate(operation)) {
      await operation.respond(responseTo(command, { status: statuses.DuplicateInvocation }))
    } else {
      await this.#dispatchRequest(operation, command)
    }
  }

  async #dispatchRequest(operation: Operation, request: Request): Promise<void> {
    const handler = this.#handlerFor(operation.context.abstractSyntax, request.type)
    const refusal = refusalOf(request, operation, handler !== undefined)
    if (refusal || !handler) {
      await operation.respond(responseTo(request, refusal ?? { status: statuses.UnrecognizedOperation }))
      return
    }
    const service = this.#serviceOperation(operation, request)
    if (this.#authorize && !(await this.#authorize(service))) throw new StatusError(statuses.NotAuthorized)
    await perform(handler, service)
    if (!operation.completed) throw new Error(`the handler of ${request.type} sent no last response`)
  }

  #serviceOperation(operation: Operation, request: Request): ServiceOperation {
    const { contexts, asynchronousOperationsWindow } = this.association.facts
    return {
      request,
      context: operation.context,
      dataSet: operation.dataSet,
      // Made only for who asks for it: a C-ECHO does not.
      get signal() {
        return operation.signal
      },
      peer: this.peer,
      logger: this.#logger,
      respond: (answer) => respond(operation, request, answer),
      contexts,
      maximumOperationsInvoked: asynchronousOperationsWindow.invoked,
      invoke: (asked, { context = operation.context, dataSet } = {}) => this.#invoke(context, asked, dataSet),
    }
  }

  async #invoke(
    context: AcceptedPresentationContext,
    request: RequestToSend,
    dataSet: OutgoingDataSet | undefined,
  ): Promise<Invocation> {
    if (!performs(context.roles.requestor, request.type)) {
      throw new UsageError(
        `the requestor does not perform ${request.type} on context ${String(context.presentationContextId)} (${context.abstractSyntax})`,
        'DCM_ROLE_NOT_NEGOTIATED',
      )
    }
    return this.channel.invoke(context, request, dataSet)
  }

  /** A thrown error becomes a failure status, never a dead association. */
  async #fail(operation: Operation, error: unknown): Promise<void> {
    const { command, signal } = operation
    if (this.association.over) {
      this.#failed++
      operation.end()
      return
    }
    const cancelled = signal.reason instanceof OperationCancelledError
    if (cancelled) this.#performed++
    else this.#report(command.type, error)
    if (operation.completed || command.type === 'unrecognized') return
    const answer = cancelled ? { status: statuses.Cancel } : failureOf(command, error)
    try {
      // Fields that cannot be encoded must not leave the peer without an answer.
      await respond(operation, command, answer).catch((cause: unknown) => {
        if (operation.completed) throw cause
        this.#report(command.type, cause)
        return respond(operation, command, { status: statuses.ProcessingFailure })
      })
    } catch (sendError) {
      operation.end()
      this.channel.abort(sendError as Error)
    }
  }

  #report(command: string, error: unknown): void {
    this.#failed++
    const fields = { err: error, associationId: this.association.id, command }
    if (error instanceof StatusError) this.#logger.warn(fields, 'an operation was refused')
    else this.#logger.error(fields, 'an operation failed')
  }
}

function released(): Error {
  return new AssociationAbortedError('the association was released', { code: 'DCM_ABORTED', origin: 'peer' })
}

function respond(operation: Operation, request: Request, { dataSet, ...outcome }: Answer): Promise<void> {
  return operation.respond(responseTo(request, { ...outcome, hasDataSet: dataSet !== undefined }), dataSet)
}

function failureOf({ type }: Request, error: unknown): Answer {
  if (error instanceof StatusError) return { status: error.status, ...error.fields }
  return {
    // PS3.4 C.4.1.1.4, C.4.2.1.5, C.4.3.1.4 have a status of their own for it.
    status: queries.has(type) ? statuses.UnableToProcess : statuses.ProcessingFailure,
    ...(error instanceof ScpClosingError && { errorComment: error.message }),
  }
}

const queries: ReadonlySet<Request['type']> = new Set(['C-FIND-RQ', 'C-GET-RQ', 'C-MOVE-RQ'])
