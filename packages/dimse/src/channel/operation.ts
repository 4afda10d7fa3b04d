import type { AcceptedPresentationContext } from '@dcm/association'
import { UsageError } from '@dcm/pdu'
import { serialServices } from '../command/command-faults.ts'
import {
  type CommandFault,
  commandFaults,
  encodeCommandSet,
  type Request,
  type Response,
  type UnrecognizedCommand,
} from '../command/index.ts'
import {
  type CheckedDataSet,
  checkedDataSet,
  type DataSetStream,
  type OutgoingDataSet,
} from '../message/index.ts'
import { statusCategory } from '../status/index.ts'
import { OperationCancelledError } from './operation-cancelled-error.ts'

/** How an operation reaches its channel. */
export interface OperationChannel {
  send(context: AcceptedPresentationContext, command: Uint8Array, dataSet?: CheckedDataSet): Promise<void>
  /** A response has left. */
  sent(context: AcceptedPresentationContext, response: Response | UnrecognizedCommand): void
  /** Whether the association is. */
  over(): boolean
  completed(operation: Operation): void
}

/** An operation or notification that the peer invoked (PS3.7 7). It ends with its last response. */
export class Operation {
  readonly context: AcceptedPresentationContext
  readonly command: Request | UnrecognizedCommand
  /** What came with the request; streams in while it is read. */
  readonly dataSet: DataSetStream | undefined
  readonly #channel: OperationChannel
  #controller: AbortController | undefined
  #abortReason: Error | undefined
  /** Its last response is under way, or gone. */
  #answering = false
  /** Made only for who asks for it. */
  #answered: PromiseWithResolvers<undefined> | undefined
  #completed = false

  /** @internal */
  constructor(
    channel: OperationChannel,
    context: AcceptedPresentationContext,
    command: Request | UnrecognizedCommand,
    dataSet: DataSetStream | undefined,
  ) {
    this.#channel = channel
    this.context = context
    this.command = command
    this.dataSet = dataSet
  }

  /**
   * Fires on C-CANCEL (its reason is an {@link OperationCancelledError}), and when the association is over: nobody waits
   * for the rest.
   */
  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController()
      if (this.#abortReason) this.#controller.abort(this.#abortReason)
    }
    return this.#controller.signal
  }

  /** Conditions of the standard that the request breaks; it is the performer's to refuse it. */
  get faults(): readonly CommandFault[] {
    return commandFaults(this.command)
  }

  get completed(): boolean {
    return this.#completed
  }

  /** Resolves, never rejects, when the last response is sent or never will be. */
  get answered(): Promise<undefined> {
    this.#answered ??= Promise.withResolvers()
    if (this.#completed) this.#answered.resolve(undefined)
    return this.#answered.promise
  }

  /**
   * Sends a response; with any status but pending it is the last. What is left of the request's data set is dropped, and
   * waited for, since an answer in the middle of it is no answer that a requestor expects.
   *
   * @throws AssociationAbortedError when the association is over; UsageError `DCM_ANSWERED_TWICE`, and for a response that is
   * none to this request, or breaks a condition, or whose data set is none (`DCM_DATA_SET_TYPE`); what the data set's source rejects with
   * before it gave anything: nothing is sent then, and another response still can be.
   */
  async respond(response: Response | UnrecognizedCommand, dataSet?: OutgoingDataSet): Promise<void> {
    const content = dataSet === undefined ? undefined : checkedDataSet(dataSet)
    const encoded = this.#checked(response, content !== undefined)
    const last = response.type === 'unrecognized' || statusCategory(response.status) !== 'pending'
    this.#answering = last
    try {
      if (this.dataSet && !this.dataSet.complete) await this.dataSet.drain()
      await this.#channel.send(this.context, encoded, content)
      this.#channel.sent(this.context, response)
    } catch (error) {
      if (last && this.#channel.over()) this.end()
      else if (last) this.#answering = false
      throw error
    }
    if (last) this.end()
  }

  #checked(response: Response | UnrecognizedCommand, hasDataSet: boolean): Uint8Array {
    const { command } = this
    if (this.#answering) {
      throw new UsageError(`the ${command.type} has its last response already`, 'DCM_ANSWERED_TWICE')
    }
    // What is malformed is known by its Command Field only.
    const isAnswer = command.type === 'unrecognized' || response.type === command.type.replace(/RQ$/, 'RSP')
    if (!isAnswer || response.messageIdBeingRespondedTo !== command.messageId) {
      throw new UsageError(
        `a ${response.type} to message ${String(response.messageIdBeingRespondedTo)} for the ${command.type} with message ID ${String(command.messageId)}`,
        'DCM_RESPONSE_MISMATCHED',
      )
    }
    if (response.hasDataSet !== hasDataSet) {
      throw new UsageError(
        `a ${response.type} that ${hasDataSet ? 'does not announce its data set' : 'announces a data set it does not have'}`,
        'DCM_RESPONSE_MISMATCHED',
      )
    }
    return encodeCommandSet(response, command)
  }

  /** @internal Ends it without a response. */
  end(): void {
    if (this.#completed) return
    this.#completed = true
    this.#answered?.resolve(undefined)
    this.#channel.completed(this)
  }

  /** @internal PS3.7 9.3.2.3, 9.3.3.3, 9.3.4.3: only these three can be cancelled; the others have no status for it. */
  cancelledByPeer(): void {
    if (serialServices.has(this.command.type)) this.interrupt(new OperationCancelledError())
  }

  /** Fires the signal: there is a reason to stop. The first reason stays. */
  interrupt(reason: Error): void {
    this.#abortReason ??= reason
    this.#controller?.abort(reason)
  }
}
