import {
  type AcceptedPresentationContext,
  type Association,
  AssociationAbortedError,
  associationReleased,
  UsageError,
} from '@dcm/association'
import {
  type CheckedDataSet,
  checkedDataSet,
  DimseChannel,
  type Operation,
  OperationCancelledError,
  type OutgoingDataSet,
  type Request,
  type RequestToSend,
  statuses,
  unrecognizedResponse,
} from '@dcm/dimse'
import type { Clock } from '@dcm/transport'
import { cancelledEarly, failureOf, processingFailed } from './failure-status.ts'
import type { HandlerWatch, WatchedHandler } from './handler-watch.ts'
import { isAllowed } from './is-allowed.ts'
import { performs, refusalOf } from './operation-refusal.ts'
import type { ScpOptions } from './options.ts'
import type { Peer } from './peer.ts'
import { perform } from './perform.ts'
import { requireAnswer } from './require-answer.ts'
import { RunningOperation } from './running-operation.ts'
import type { ScpEvents } from './scp-events.ts'
import type { HandlerLookup } from './service-lookup.ts'
import type { ReverseInvocation, ServiceOperation } from './service-operation.ts'
import { StatusError } from './status-error.ts'
import { WatchedDataSet, watchedInvocation } from './watched-waits.ts'

/** What all associations of an SCP are served by. */
export interface HandlerServices {
  readonly handlerFor: HandlerLookup
  readonly authorize: ScpOptions['authorize']
  readonly watch: HandlerWatch
  readonly messageTimeoutMs: number | undefined
  readonly responseTimeoutMs: number | undefined
  readonly clock: Clock
  readonly events: ScpEvents
}

/** So many handlers of one association may still run after their last response; more hold new operations back. */
const maximumRunningOn = 16

/** Serves one association: takes its operations, gives each to its handler, sees that each is answered. */
export class AssociationHandler {
  readonly association: Association
  readonly channel: DimseChannel
  readonly peer: Peer
  readonly #services: HandlerServices
  /** Operations whose handlers have not ended, answered or not. */
  readonly #running: RunningOperation[] = []
  #performed = 0
  #failed = 0

  constructor(association: Association, peer: Peer, services: HandlerServices) {
    const { messageTimeoutMs, responseTimeoutMs, events } = services
    this.association = association
    this.peer = peer
    this.#services = services
    this.channel = new DimseChannel(association, {
      ...(messageTimeoutMs !== undefined && { messageTimeoutMs }),
      ...(responseTimeoutMs !== undefined && { responseTimeoutMs }),
      onMalformedRequest: (error) => {
        events.logger.warn({ err: error, associationId: association.id }, 'a malformed request was refused')
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
      if (this.#running.length > 0)
        this.interrupt(end.kind === 'aborted' ? end.error : associationReleased('peer'))
    })
    try {
      for (let next = await this.channel.next(); next; next = await this.channel.next()) {
        if (this.#running.length > 0) await this.#turn()
        this.#start(next)
      }
    } catch {
      // The association's end says why; whoever asked for it gets it there.
    }
    await told
    await Promise.all(this.#running.map(({ ended }) => ended))
  }

  /** PS3.7 D.3.3.3: a requestor that sends more than was agreed waits. */
  async #turn(): Promise<void> {
    const { performed } = this.association.facts.asynchronousOperationsWindow
    let answering = this.#answering()
    while (performed > 0 && answering.length >= performed) {
      await Promise.race(answering.map(({ operation }) => operation.answered))
      answering = this.#answering()
    }
    while (this.#running.length >= this.#answering().length + maximumRunningOn) {
      await Promise.race(this.#running.map(({ ended }) => ended))
    }
  }

  /** Those without their last response. */
  #answering(): RunningOperation[] {
    return this.#running.filter(({ operation }) => !operation.completed)
  }

  /** Tells every handler that runs that there is a reason to stop. */
  interrupt(reason: Error): void {
    for (const { operation } of this.#running) operation.interrupt(reason)
  }

  #start(operation: Operation): void {
    const handler = this.#services.watch.begin({
      overdue: (error) => {
        operation.interrupt(error)
      },
      abandoned: (error) => void this.#abandon(running, error),
    })
    const running = new RunningOperation(operation, handler)
    this.#running.push(running)
    void this.#perform(running)
  }

  async #perform(running: RunningOperation): Promise<void> {
    try {
      await this.#dispatch(running)
      if (!running.handler.isAbandoned) this.#performed++
    } catch (error) {
      if (running.handler.isAbandoned) this.#tooLate(running, error)
      else await this.#fail(running, error)
    }
    this.#ended(running)
  }

  /** A handler that nobody waits for any more. */
  #tooLate({ operation: { command, signal } }: RunningOperation, error: unknown): void {
    if (error === signal.reason) return
    const fields = { err: error, associationId: this.association.id, command: command.type }
    this.#services.events.logger.warn(fields, 'a handler failed after its time')
  }

  /** The handler hangs: it is answered for, so that the association goes on without it. */
  async #abandon(running: RunningOperation, error: Error): Promise<void> {
    // What is half sent cannot be answered, nor can anything behind it be sent.
    if (running.handler.isSending) this.channel.abort(error)
    await this.#fail(running, error)
    this.#ended(running)
  }

  #ended(running: RunningOperation): void {
    const index = this.#running.indexOf(running)
    if (index < 0) return
    this.#running.splice(index, 1)
    running.end()
    const { operation, handler, status, error } = running
    const { events, clock } = this.#services
    if (error === undefined && !events.hearsOperations) return
    const { command, context } = operation
    events.operationEnded({
      peer: this.peer,
      command: command.type,
      messageId: command.messageId,
      abstractSyntax: context.abstractSyntax,
      ...(status !== undefined && { status }),
      ...(error !== undefined && { error }),
      durationMs: clock.now() - handler.startedAt,
    })
  }

  async #dispatch(running: RunningOperation): Promise<void> {
    const { operation } = running
    const { command } = operation
    if (command.type === 'unrecognized') {
      running.status = statuses.UnrecognizedOperation
      await operation.respond(unrecognizedResponse(command))
    } else if (this.channel.isDuplicate(operation)) {
      await running.respond(command, { status: statuses.DuplicateInvocation })
    } else {
      await this.#dispatchRequest(running, command)
    }
  }

  async #dispatchRequest(running: RunningOperation, request: Request): Promise<void> {
    const { operation } = running
    const { handlerFor, authorize } = this.#services
    const handler = handlerFor(operation.context.abstractSyntax, request.type)
    const refusal = refusalOf(request, operation, handler !== undefined)
    if (refusal || !handler) {
      await running.respond(request, refusal ?? { status: statuses.UnrecognizedOperation })
      return
    }
    const service = this.#serviceOperation(running, request)
    if (authorize && !isAllowed('authorize', await authorize(service))) {
      throw new StatusError(statuses.NotAuthorized)
    }
    await perform(handler, service, (answer) => running.respond(request, answer))
    if (operation.completed) return
    const message = `the handler of ${request.type} gave no last response, nor sent one with respond()`
    throw new UsageError(message, 'DCM_ANSWER_TYPE')
  }

  #serviceOperation(running: RunningOperation, request: Request): ServiceOperation {
    const { operation, handler } = running
    const { contexts, asynchronousOperationsWindow } = this.association.facts
    return {
      request,
      context: operation.context,
      dataSet: operation.dataSet && new WatchedDataSet(operation.dataSet, handler),
      signal: operation.signal,
      peer: this.peer,
      logger: this.#services.events.logger,
      respond: (answer) => {
        const responding = asked(() => {
          requireAnswer(answer)
          return running.respond(request, answer)
        })
        // A handler that does not wait for it ends without a last response, or has one: nobody else needs to be told.
        responding.catch(() => undefined)
        return responding
      },
      progress: handler.progress,
      contexts,
      maximumOperationsInvoked: asynchronousOperationsWindow.invoked,
      invoke: (asked, { context = operation.context, dataSet } = {}) =>
        this.#invoke(handler, context, asked, dataSet),
    }
  }

  async #invoke(
    handler: WatchedHandler,
    context: AcceptedPresentationContext,
    request: RequestToSend,
    dataSet: OutgoingDataSet | undefined,
  ): Promise<ReverseInvocation> {
    if (!performs(context.roles.requestor, request.type)) {
      throw new UsageError(
        `the requestor does not perform ${request.type} on context ${String(context.presentationContextId)} (${context.abstractSyntax})`,
        'DCM_ROLE_NOT_NEGOTIATED',
      )
    }
    const invoke = (given?: CheckedDataSet) => this.channel.invoke(context, request, given)
    const content = dataSet === undefined ? undefined : checkedDataSet(dataSet)
    return watchedInvocation(await handler.send(content, invoke), handler)
  }

  /** A thrown error becomes a failure status, never a dead association. */
  async #fail(running: RunningOperation, error: unknown): Promise<void> {
    const { operation } = running
    const { command, signal } = operation
    const cancelled = signal.reason instanceof OperationCancelledError && !this.association.over
    if (cancelled) this.#performed++
    else this.#failed++
    if (this.association.over) {
      // What was answered goes on alone, and may fail for a reason of its own; all else fails because the association is over.
      if (!operation.completed) running.status = undefined
      else if (!isEnd(error, signal)) running.error = error
      operation.end()
      return
    }
    // The requestor waits for other operations only, and takes no question any more.
    const leaves = operation.completed && this.association.releaseRequested && isRelease(error)
    if (!cancelled && !leaves) running.error = error
    if (operation.completed || command.type === 'unrecognized') return
    // Once sub-operations were counted, zero would be wrong.
    const end = running.isCounted ? { status: statuses.Cancel } : cancelledEarly(command.type)
    const answer = cancelled ? end : failureOf(command.type, error)
    try {
      // Fields that cannot be encoded must not leave the peer without an answer.
      await asked(() => running.respond(command, answer)).catch((cause: unknown) => {
        if (operation.completed) throw cause
        running.error = cause
        return running.respond(command, { status: processingFailed(command.type) })
      })
    } catch (sendError) {
      operation.end()
      this.channel.abort(sendError as Error)
    }
  }
}

/** Whether a handler failed only because its association is over, in the words of the association or of whoever had the signal. */
function isEnd(error: unknown, { reason }: AbortSignal): boolean {
  if (!(error instanceof Error)) return false
  if (error === reason || (error.cause !== undefined && error.cause === reason)) return true
  return isRelease(error)
}

/** Of a release, each who asks has an error of his own. */
function isRelease(error: unknown): boolean {
  return error instanceof AssociationAbortedError && error.code === 'DCM_ABORTED' && error.origin === 'peer'
}

/** What is thrown at once is a rejection, too. */
async function asked(respond: () => Promise<void>): Promise<void> {
  await respond()
}
