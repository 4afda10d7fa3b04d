import {
  type AcceptedPresentationContext,
  type Association,
  type AssociationEnd,
  AssociationAbortedError,
  maximumPdvLength,
  TimeoutError,
} from '@dcm/association'
import { type Pdv, UsageError } from '@dcm/pdu'
import { type CommandSet, encodeCommandSet, type Request, type Response } from '../command/index.ts'
import { Fragmenter, type Message, MessageAssembler, MessageProtocolError } from '../message/index.ts'
import { statusCategory } from '../status/index.ts'
import { Invocation } from './invocation.ts'
import { MessageIds } from './message-ids.ts'
import { Operation, type OutgoingDataSet } from './operation.ts'

/** How many operations, and how many responses of one invocation, wait unread before the association stops reading. */
const maximumWaiting = 16

export interface DimseChannelOptions {
  /**
   * Wait for each response to an operation of ours, in milliseconds; then the association is aborted, as nobody could
   * tell a late response from the next one. Default 300 000: a C-MOVE may be silent while an archive's tapes turn.
   */
  readonly responseTimeoutMs?: number
}

/** A request without what the channel adds. */
export type RequestToSend = Request extends infer Each
  ? Each extends Request
    ? Omit<Each, 'messageId' | 'hasDataSet'>
    : never
  : never

/**
 * DIMSE on an association (PS3.7): operations of the peer come out, ours go in, both at once. It takes the association's
 * data; what is read here is the only reading.
 */
export class DimseChannel implements AsyncIterable<Operation> {
  readonly association: Association
  readonly #assembler: MessageAssembler
  readonly #maximumPdvLength: number
  readonly #messageIds = new MessageIds()
  readonly #operations = new Map<number, Operation>()
  readonly #invocations = new Map<number, Invocation>()
  #arrived: Operation[] = []
  #waiting: PromiseWithResolvers<Operation | undefined> | undefined
  #end: AssociationEnd | undefined
  #holds = 0
  #crowded = false
  #tail: Promise<unknown> = Promise.resolve()
  #windowWaiters: (() => void)[] = []
  readonly #responseTimeoutMs: number
  /** The response timers of invocations, by message ID. */
  readonly #responseTimers = new Map<number, unknown>()

  constructor(association: Association, options: DimseChannelOptions = {}) {
    this.association = association
    this.#responseTimeoutMs = options.responseTimeoutMs ?? 300_000
    this.#maximumPdvLength = maximumPdvLength(association.facts.peerMaximumLength)
    const flow = {
      hold: () => {
        if (this.#holds++ === 0) association.pause()
      },
      release: () => {
        if (--this.#holds === 0) association.resume()
      },
    }
    this.#flow = flow
    this.#assembler = new MessageAssembler(flow, (message) => {
      this.#deliver(message)
    })
    association.receive({
      fragment: (fragment) => {
        this.#assembler.fragment(fragment)
        if (fragment.isLast && fragment.endOfPdv) this.#turn()
      },
      releaseRequested: () => {
        this.#releaseWhenIdle()
      },
      ended: (end) => {
        this.#ended(end)
      },
    })
    this.#turn()
  }

  readonly #flow: { hold(): void; release(): void }

  /** Operations of the peer that have no last response yet. */
  get outstandingOperations(): number {
    return this.#operations.size
  }

  /** Whether an operation is under way: begun by the peer and not answered, or ours and not answered. */
  get busy(): boolean {
    return this.#operations.size > 0 || this.#invocations.size > 0 || this.#assembler.midMessage
  }

  /**
   * The peer's next operation, in the order they came; undefined when the association was released. A C-CANCEL does
   * not come out here but fires its operation's signal.
   *
   * @throws AssociationAbortedError
   */
  next(): Promise<Operation | undefined> {
    const operation = this.#arrived.shift()
    if (operation) {
      this.#crowd()
      return Promise.resolve(operation)
    }
    if (this.#end) {
      return this.#end.kind === 'aborted' ? Promise.reject(this.#end.error) : Promise.resolve(undefined)
    }
    this.#waiting ??= Promise.withResolvers()
    return this.#waiting.promise
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Operation, void, undefined> {
    for (let operation = await this.next(); operation; operation = await this.next()) yield operation
  }

  /**
   * Invokes an operation on an accepted presentation context. Waits while as many are outstanding as the negotiated
   * window allows; resolves when the request is sent.
   *
   * @throws AssociationAbortedError, UsageError
   */
  async invoke(
    context: AcceptedPresentationContext,
    request: RequestToSend,
    dataSet?: OutgoingDataSet,
  ): Promise<Invocation> {
    const { invoked } = this.association.facts.asynchronousOperationsWindow
    while (invoked > 0 && this.#invocations.size >= invoked && !this.#end) {
      await new Promise<void>((resolve) => this.#windowWaiters.push(resolve))
    }
    this.#mustLive()
    const messageId = this.#messageIds.next(this.#invocations)
    const invocation = new Invocation(
      {
        cancel: (id) =>
          this.#send(context, { type: 'C-CANCEL-RQ', messageIdBeingRespondedTo: id, hasDataSet: false }),
        taken: () => {
          this.#crowd()
        },
      },
      messageId,
    )
    this.#invocations.set(messageId, invocation)
    this.#turn()
    try {
      await this.#send(context, { ...request, messageId, hasDataSet: dataSet !== undefined }, dataSet)
    } catch (error) {
      this.#forget(messageId)
      throw error
    }
    if (this.#invocations.has(messageId)) this.#awaitResponse(messageId, invocation)
    return invocation
  }

  /** A-RELEASE, when all of ours is answered. */
  release(): Promise<void> {
    return this.association.release()
  }

  /** A-ABORT. */
  abort(cause?: Error): void {
    this.association.abort(cause)
  }

  #deliver(message: Message): void {
    const { command, dataSet } = message
    switch (command.type) {
      case 'C-CANCEL-RQ':
        // PS3.7 9.3.2.3: for an operation that is over, or never was, there is nothing to do.
        this.#operations.get(command.messageIdBeingRespondedTo)?.cancelledByPeer()
        dataSet?.discard()
        break
      case 'unrecognized':
        if (command.messageId === undefined) {
          throw new MessageProtocolError(
            `unrecognized command ${command.commandField.toString(16)}H without a message ID`,
            'DCM_COMMAND_UNRECOGNIZED',
          )
        }
        this.#operationArrived(message, command, command.messageId)
        break
      default:
        if ('status' in command) this.#responseArrived(command, message)
        else this.#operationArrived(message, command, command.messageId)
    }
  }

  #operationArrived(message: Message, command: Operation['command'], messageId: number): void {
    const context = this.association.facts.contexts.get(message.presentationContextId)
    if (!context)
      throw new MessageProtocolError('a message on no accepted context', 'DCM_CONTEXT_NOT_ACCEPTED')
    const operation = new Operation(
      {
        send: (on, response, dataSet) => this.#send(on, response, dataSet),
        completed: () => {
          if (this.#operations.get(messageId) === operation) this.#operations.delete(messageId)
          this.#turn()
          if (this.association.releaseRequested) this.#releaseWhenIdle()
        },
      },
      context,
      command,
      message.dataSet,
    )
    // A second operation with the id of one that runs is the service's to refuse (PS3.7 C.5.x, 0210H).
    if (!this.#operations.has(messageId)) this.#operations.set(messageId, operation)
    if (this.#waiting) {
      const waiting = this.#waiting
      this.#waiting = undefined
      waiting.resolve(operation)
    } else {
      this.#arrived.push(operation)
      this.#crowd()
    }
  }

  /** Whether the operation's message ID belongs to an earlier one that is not answered yet. */
  isDuplicate(operation: Operation): boolean {
    const { messageId } = operation.command
    return messageId !== undefined && this.#operations.get(messageId) !== operation
  }

  #responseArrived(command: Response, message: Message): void {
    const messageId = command.messageIdBeingRespondedTo
    const invocation = this.#invocations.get(messageId)
    if (!invocation) {
      throw new MessageProtocolError(
        `a response to message ${String(messageId)}, which is not outstanding`,
        'DCM_UNEXPECTED_RESPONSE',
      )
    }
    invocation.deliver({ command, dataSet: message.dataSet })
    if (statusCategory(command.status) === 'pending') {
      this.#awaitResponse(messageId, invocation)
    } else {
      this.#forget(messageId)
      invocation.finish()
    }
    this.#crowd()
  }

  #awaitResponse(messageId: number, invocation: Invocation): void {
    const { clock } = this.association
    clock.clearTimeout(this.#responseTimers.get(messageId))
    const timer = clock.setTimeout(() => {
      const error = new TimeoutError('dimse-response', this.#responseTimeoutMs)
      invocation.finish(error)
      this.abort(error)
    }, this.#responseTimeoutMs)
    this.#responseTimers.set(messageId, timer)
  }

  #forget(messageId: number): void {
    this.association.clock.clearTimeout(this.#responseTimers.get(messageId))
    this.#responseTimers.delete(messageId)
    this.#invocations.delete(messageId)
    this.#turn()
    this.#windowWaiters.shift()?.()
  }

  /** Messages go out one after the other, each whole. */
  #send(context: AcceptedPresentationContext, command: CommandSet, dataSet?: OutgoingDataSet): Promise<void> {
    const sent = this.#tail.then(() => this.#transmit(context.presentationContextId, command, dataSet))
    this.#tail = sent.catch(() => undefined)
    return sent
  }

  async #transmit(
    presentationContextId: number,
    command: CommandSet,
    dataSet?: OutgoingDataSet,
  ): Promise<void> {
    const limit = this.#maximumPdvLength
    if (limit === 0) {
      const { peerMaximumLength } = this.association.facts
      const error = new MessageProtocolError(
        `the peer's maximum length of ${String(peerMaximumLength)} bytes leaves no room for a message`,
        'DCM_MAXIMUM_LENGTH_TOO_SMALL',
      )
      this.abort(error)
      throw error
    }
    const pdvs = cut(new Fragmenter(presentationContextId, true, limit), [encodeCommandSet(command)])
    if (!dataSet) {
      if (!this.association.send(pdvs)) await this.association.drained()
      return
    }
    const fragmenter = new Fragmenter(presentationContextId, false, limit)
    if (!('read' in dataSet)) {
      if (!this.association.send([...pdvs, ...cut(fragmenter, dataSet)])) await this.association.drained()
      return
    }
    this.association.send(pdvs)
    try {
      for (let runs = await dataSet.read(); runs; runs = await dataSet.read()) {
        if (!this.association.send(fragmenter.push(runs))) await this.association.drained()
      }
      if (!this.association.send([fragmenter.end()])) await this.association.drained()
    } catch (error) {
      // Half a data set cannot be taken back: nothing sensible can follow it.
      this.abort(error as Error)
      throw error
    }
  }

  /** Whether so much waits unread that the association should not be read from. */
  #crowd(): void {
    const crowded =
      this.#arrived.length >= maximumWaiting ||
      [...this.#invocations.values()].some((invocation) => invocation.waitingResponses >= maximumWaiting)
    if (crowded === this.#crowded) return
    this.#crowded = crowded
    if (crowded) this.#flow.hold()
    else this.#flow.release()
  }

  /**
   * The peer owes us nothing while it waits for an answer; an invocation has its own response timer; and between operations a
   * requestor may be idle as long as it likes.
   */
  #turn(): void {
    const owed =
      this.association.role === 'requestor' || this.#operations.size > 0 || this.#invocations.size > 0
    this.association.ourTurn = owed && !this.#assembler.midMessage
  }

  #releaseWhenIdle(): void {
    if (this.#operations.size === 0 && this.#arrived.length === 0) this.association.respondRelease()
  }

  #ended(end: AssociationEnd): void {
    this.#end = end
    if (this.busy || this.#windowWaiters.length > 0) this.#failOutstanding(end)
    const waiting = this.#waiting
    this.#waiting = undefined
    if (end.kind === 'aborted') waiting?.reject(end.error)
    else waiting?.resolve(undefined)
  }

  /** Nobody will answer, or wait for an answer. */
  #failOutstanding(end: AssociationEnd): void {
    const error =
      end.kind === 'aborted'
        ? end.error
        : new AssociationAbortedError('the association was released', { code: 'DCM_ABORTED', origin: 'peer' })
    this.#assembler.fail(error)
    for (const operation of this.#operations.values()) operation.cancel(error)
    for (const [messageId, invocation] of this.#invocations) {
      invocation.finish(error)
      this.#forget(messageId)
    }
    for (const resolve of this.#windowWaiters) resolve()
    this.#windowWaiters = []
  }

  #mustLive(): void {
    if (this.#end?.kind === 'aborted') throw this.#end.error
    if (this.#end) throw new UsageError('the association is over', 'DCM_ASSOCIATION_OVER')
  }
}

function cut(fragmenter: Fragmenter, runs: readonly Uint8Array[]): Pdv[] {
  return [...fragmenter.push(runs), fragmenter.end()]
}
