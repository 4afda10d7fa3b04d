import {
  type AcceptedPresentationContext,
  type Association,
  type AssociationEnd,
  associationReleased,
  requireTimeouts,
  Waits,
} from '@dcm/association'
import { UsageError } from '@dcm/pdu'
import {
  type DimseDecodeError,
  encodeCommandSet,
  type Response,
  type UnrecognizedCommand,
} from '../command/index.ts'
import { type MalformedRequest, malformedResponse } from '../command/malformed-request.ts'
import {
  type CheckedDataSet,
  checkedDataSet,
  type Message,
  MessageAssembler,
  MessageProtocolError,
  type OutgoingDataSet,
} from '../message/index.ts'
import { publishMessage } from './diagnostics.ts'
import type { Invocation } from './invocation.ts'
import { Invocations } from './invocations.ts'
import { MessageWatch } from './message-watch.ts'
import { Operation } from './operation.ts'
import { Outbox } from './outbox.ts'
import type { RequestToSend } from './request-to-send.ts'

/** How many operations, and how many responses of one invocation, wait unread before the association stops reading. */
const maximumWaiting = 16

export interface DimseChannelOptions {
  /**
   * Wait for each response to an operation of ours, in milliseconds; then the association is aborted, as nobody could
   * tell a late response from the next one. Default 300 000: a C-MOVE may be silent while an archive's tapes turn.
   */
  readonly responseTimeoutMs?: number
  /**
   * For so long, in milliseconds, response timers rest while we hold the reading back, since a response may lie unread; then they begin
   * anew. Default: they do not rest. A peer could make them, with requests that wait for one of ours whose response lies behind them.
   */
  readonly restTimeoutMs?: number
  /**
   * Within a message of the peer: from its first byte to its last, or to the next 64 KiB of it, in milliseconds; then the association is
   * aborted. Rests while we hold the reading back. Default 300 000: 218 bytes a second, which any line has, and each 64 KiB has five
   * times as long as two PDUs may lie apart.
   */
  readonly messageTimeoutMs?: number
  /** Told of requests that were malformed, and answered so; for a log. */
  readonly onMalformedRequest?: (error: DimseDecodeError) => void
}

/**
 * DIMSE on an association (PS3.7): operations of the peer come out, ours go in, both at once. It takes the association's
 * data; what is read here is the only reading.
 */
export class DimseChannel implements AsyncIterable<Operation> {
  readonly association: Association
  readonly #isRequestor: boolean
  readonly #assembler: MessageAssembler
  readonly #outbox: Outbox
  readonly #invocations: Invocations
  readonly #responseTimeoutMs: number
  readonly #responseWaits: Waits
  readonly #messageWatch: MessageWatch
  readonly #onMalformedRequest: DimseChannelOptions['onMalformedRequest']
  /**
   * A list, since few run at once: a map leaves a table behind with every few operations, which keeps those it held alive until the
   * next full garbage collection.
   */
  readonly #operations: Operation[] = []
  readonly #operationChannel = {
    send: (context: AcceptedPresentationContext, command: Uint8Array, dataSet?: CheckedDataSet) =>
      this.#outbox.send(context, command, dataSet),
    sent: (context: AcceptedPresentationContext, response: Response | UnrecognizedCommand) => {
      publishMessage(this.association, 'sent', context, response)
    },
    over: () => this.association.over,
    completed: (operation: Operation) => {
      this.#completed(operation)
    },
  }
  #arrived: Operation[] = []
  /** Malformed requests whose answer has not left. */
  #refusing = 0
  #waiting: PromiseWithResolvers<Operation | undefined> | undefined
  #end: AssociationEnd | undefined
  #peerAskedForRelease = false
  #ourTurn = false
  #holds = 0
  #crowded = false
  readonly #flow = {
    hold: () => {
      if (this.#holds++ > 0) return
      this.#messageWatch.held = true
      this.#responseWaits.held = true
      this.association.pause()
    },
    release: () => {
      if (--this.#holds > 0) return
      this.#messageWatch.held = false
      this.#responseWaits.held = false
      this.association.resume()
    },
    recycle: (runs: readonly Uint8Array[]) => {
      this.association.recycle(runs)
    },
  }

  /** @throws UsageError `DCM_LIMIT_RANGE` */
  constructor(association: Association, options: DimseChannelOptions = {}) {
    requireTimeouts(options)
    this.association = association
    this.#isRequestor = association.role === 'requestor'
    this.#onMalformedRequest = options.onMalformedRequest
    this.#outbox = new Outbox(association)
    this.#responseTimeoutMs = options.responseTimeoutMs ?? 300_000
    this.#responseWaits = new Waits(association.clock, options.restTimeoutMs)
    this.#invocations = new Invocations(association.facts.asynchronousOperationsWindow.invoked, {
      cancel: async (context, messageIdBeingRespondedTo) => {
        const cancel = { type: 'C-CANCEL-RQ', messageIdBeingRespondedTo, hasDataSet: false } as const
        await this.#outbox.send(context, encodeCommandSet(cancel))
        publishMessage(this.association, 'sent', context, cancel)
      },
      taken: () => {
        this.#crowd()
      },
      timedOut: (error) => {
        this.abort(error)
      },
      responseWaits: this.#responseWaits,
    })
    this.#messageWatch = new MessageWatch(association.clock, options.messageTimeoutMs ?? 300_000, (error) => {
      this.abort(error)
    })
    this.#assembler = new MessageAssembler(this.#flow, (message) => {
      this.#deliver(message)
    })
    association.receive({
      fragment: (fragment, context) => {
        this.#assembler.fragment(fragment, context)
        this.#messageWatch.received(fragment.data.length, this.#assembler.midMessage)
        if (fragment.isCommand || (fragment.isLast && fragment.endOfPdv)) this.#turn()
      },
      releaseRequested: () => {
        this.#peerAskedForRelease = true
        if (this.#assembler.midMessage) {
          this.abort(releasedInside())
        } else {
          // PS3.8 Table 9-10: in Sta7 there is no P-DATA request, so no answer comes; ours may still go (Sta8, AR-7).
          this.#invocations.fail(released)
          this.#releaseWhenIdle()
        }
      },
      ended: (end) => {
        this.#ended(end)
      },
    })
    this.#turn()
  }

  /** Operations of the peer that have no last response yet. */
  get outstandingOperations(): number {
    return this.#operations.length
  }

  /** Whether an operation is under way: begun by the peer and not answered, or ours and not answered. */
  get busy(): boolean {
    return this.#operations.length > 0 || this.#invocations.size > 0 || this.#assembler.midMessage
  }

  /** Whether the operation's message ID belongs to an earlier one that is not answered yet. */
  isDuplicate(operation: Operation): boolean {
    return !operation.completed && !this.#operations.includes(operation)
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
   * window allows, or 1024; resolves when the request is sent. It may have a `responseTimeoutMs` of its own.
   *
   * @throws AssociationAbortedError; UsageError, `DCM_DATA_SET_TYPE` for a data set that is none, `DCM_LIMIT_RANGE`
   */
  async invoke(
    context: AcceptedPresentationContext,
    request: RequestToSend,
    dataSet?: OutgoingDataSet,
    options: Pick<DimseChannelOptions, 'responseTimeoutMs'> = {},
  ): Promise<Invocation> {
    requireTimeouts(options)
    const content = dataSet === undefined ? undefined : checkedDataSet(dataSet)
    while (this.#invocations.isFull) await this.#invocations.change()
    this.#mustLive()
    const { responseTimeoutMs = this.#responseTimeoutMs } = options
    const invocation = this.#invocations.begin(context, request, responseTimeoutMs)
    this.#turn()
    try {
      const command = { ...request, messageId: invocation.messageId, hasDataSet: content !== undefined }
      await this.#outbox.send(context, encodeCommandSet(command), content)
      publishMessage(this.association, 'sent', context, command)
    } catch (error) {
      this.#invocations.forget(invocation, error as Error)
      this.#turn()
      throw error
    }
    invocation.sent()
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
    const { context, command, dataSet } = message
    publishMessage(this.association, 'received', context, command)
    switch (command.type) {
      case 'malformed':
        this.#refuse(message, command.error)
        break
      case 'C-CANCEL-RQ':
        // PS3.7 9.3.2.3: for an operation that is over, or never was, there is nothing to do.
        this.#outstanding(command.messageIdBeingRespondedTo)?.cancelledByPeer()
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
        if ('status' in command) this.#invocations.deliver(command, message)
        else this.#operationArrived(message, command, command.messageId)
        this.#crowd()
    }
  }

  #operationArrived(message: Message, command: Operation['command'], messageId: number): void {
    const operation = this.#begin(message, command, messageId)
    if (this.#waiting) {
      const waiting = this.#waiting
      this.#waiting = undefined
      waiting.resolve(operation)
    } else {
      this.#arrived.push(operation)
      this.#crowd()
    }
  }

  #begin({ context, dataSet }: Message, command: Operation['command'], messageId: number): Operation {
    const operation = new Operation(this.#operationChannel, context, command, dataSet)
    // A second operation with the id of one that runs is the service's to refuse (PS3.7 C.5.9, 0210H).
    if (!this.#outstanding(messageId)) this.#operations.push(operation)
    return operation
  }

  #outstanding(messageId: number): Operation | undefined {
    return this.#operations.find(({ command }) => command.messageId === messageId)
  }

  #completed(operation: Operation): void {
    const index = this.#operations.indexOf(operation)
    if (index >= 0) this.#operations.splice(index, 1)
    this.#turn()
    this.#releaseWhenIdle()
  }

  /** Nobody above could perform it, so it is answered here. */
  #refuse(message: Message, request: MalformedRequest): void {
    this.#onMalformedRequest?.(request)
    const { commandField, messageId, hasDataSet } = request
    const command: UnrecognizedCommand = { type: 'unrecognized', commandField, messageId, hasDataSet }
    const operation = this.#begin(message, command, messageId)
    this.#refusing++
    this.#crowd()
    const over = (): void => {
      this.#refusing--
      this.#crowd()
    }
    operation.respond(malformedResponse(request)).then(over, over)
  }

  /** Whether so much waits unread that the association should not be read from. */
  #crowd(): void {
    const crowded =
      this.#arrived.length + this.#refusing >= maximumWaiting ||
      this.#invocations.waitingResponses >= maximumWaiting
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
    const owed = this.#isRequestor || this.#operations.length > 0 || this.#invocations.size > 0
    const ours = owed && !this.#assembler.midMessage
    if (ours === this.#ourTurn) return
    this.#ourTurn = ours
    this.association.ourTurn = ours
  }

  #releaseWhenIdle(): void {
    if (this.#operations.length === 0 && this.#arrived.length === 0) this.association.respondRelease()
  }

  #ended(end: AssociationEnd): void {
    this.#end = end
    this.#messageWatch.stop()
    const why = end.kind === 'aborted' ? () => end.error : released
    this.#outbox.end(why)
    if (this.#operations.length > 0 || this.#assembler.midMessage) this.#failOperations(why())
    this.#invocations.fail(why)
    this.#responseWaits.close()
    const waiting = this.#waiting
    this.#waiting = undefined
    if (end.kind === 'aborted') waiting?.reject(end.error)
    else waiting?.resolve(undefined)
  }

  /** Nobody waits for an answer. */
  #failOperations(error: Error): void {
    this.#assembler.fail(error)
    for (const operation of [...this.#operations]) operation.interrupt(error)
  }

  #mustLive(): void {
    if (this.#end?.kind === 'aborted') throw this.#end.error
    if (this.#peerAskedForRelease) throw released()
    if (this.#end) throw new UsageError('the association is over', 'DCM_ASSOCIATION_OVER')
  }
}

function released(): Error {
  return associationReleased('peer')
}

/** PS3.8 7.2.2: who asks for a release sends nothing more but an A-ABORT, so nobody waits for the rest. */
function releasedInside(): MessageProtocolError {
  return new MessageProtocolError('a release inside a message', 'DCM_RELEASE_INSIDE_MESSAGE')
}
