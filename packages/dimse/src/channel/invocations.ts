import { type AcceptedPresentationContext, type Association, TimeoutError } from '@dcm/association'
import { serialServices } from '../command/command-faults.ts'
import { commandFaults, type Response } from '../command/index.ts'
import { type Message, MessageProtocolError } from '../message/index.ts'
import { statusCategory } from '../status/index.ts'
import { Invocation, type InvocationChannel } from './invocation.ts'
import type { RequestToSend } from './request-to-send.ts'

/** So many invocations that failed before their last response are remembered, so that it is known when it comes late. */
const maximumAbandoned = 16

/**
 * How many are outstanding at most when the window allows more, or is unlimited: message IDs are 65 535 (PS3.7 E.1), none is used twice
 * at a time, and each response looks for its own among them.
 */
const maximumOutstanding = 1_024

export interface InvocationsOptions {
  /** How many were agreed on (PS3.7 D.3.3.3); 0 = unlimited. */
  readonly window: number
  readonly clock: Association['clock']
  readonly responseTimeoutMs: number
  readonly channel: InvocationChannel
  /** Called when a response did not come in time. */
  readonly timedOut: (error: TimeoutError) => void
}

interface Outstanding {
  readonly messageId: number
  readonly invocation: Invocation
  readonly request: RequestToSend
  readonly presentationContextId: number
  timer?: unknown
}

/** The operations that we invoked and that are not answered: responses find their way to them by message ID. */
export class Invocations {
  readonly #options: InvocationsOptions
  #lastMessageId = 0
  /** In the order they were sent, in which most answers come; a list for the reason that the operations of the peer are in one. */
  readonly #outstanding: Outstanding[] = []
  readonly #abandoned = new Set<number>()
  readonly #maximum: number
  /** Who waits for one to be over. */
  readonly #waiters: (() => void)[] = []

  constructor(options: InvocationsOptions) {
    this.#options = options
    this.#maximum = Math.min(options.window || maximumOutstanding, maximumOutstanding)
  }

  get size(): number {
    return this.#outstanding.length
  }

  /** Whether another has to wait. */
  get isFull(): boolean {
    return this.#outstanding.length >= this.#maximum
  }

  /** Until one is over, or all have failed. */
  change(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve))
  }

  /** The most responses of one invocation that wait to be taken. */
  get waitingResponses(): number {
    let most = 0
    for (const { invocation } of this.#outstanding) most = Math.max(most, invocation.waitingResponses)
    return most
  }

  begin(context: AcceptedPresentationContext, request: RequestToSend): Invocation {
    // PS3.7 E.1: one that no other operation has.
    do this.#lastMessageId = (this.#lastMessageId % 0xffff) + 1
    while (this.#find(this.#lastMessageId) || this.#abandoned.has(this.#lastMessageId))
    const messageId = this.#lastMessageId
    const invocation = new Invocation(this.#options.channel, context, messageId)
    const { presentationContextId } = context
    this.#outstanding.push({ messageId, invocation, request, presentationContextId })
    return invocation
  }

  /** From now on the peer has `responseTimeoutMs` for the next response; nothing to do when the last one came already. */
  awaitResponse(messageId: number): void {
    const outstanding = this.#find(messageId)
    if (!outstanding) return
    const { clock, responseTimeoutMs, timedOut } = this.#options
    clock.clearTimeout(outstanding.timer)
    outstanding.timer = clock.setTimeout(() => {
      const error = new TimeoutError('dimse-response', responseTimeoutMs)
      outstanding.invocation.finish(error)
      timedOut(error)
    }, responseTimeoutMs)
  }

  /** No response will come, or none is waited for. */
  forget(messageId: number, error?: Error): void {
    const outstanding = this.#find(messageId)
    if (!outstanding) return
    this.#options.clock.clearTimeout(outstanding.timer)
    this.#outstanding.splice(this.#outstanding.indexOf(outstanding), 1)
    outstanding.invocation.finish(error)
    this.#waiters.shift()?.()
  }

  /** Everybody who waits is told. The error is made for somebody only. */
  fail(why: () => Error): void {
    if (this.#outstanding.length > 0) {
      const error = why()
      for (const { messageId } of [...this.#outstanding]) this.forget(messageId, error)
    }
    for (const resolve of this.#waiters.splice(0)) resolve()
  }

  /**
   * Takes a response.
   *
   * @throws MessageProtocolError for one that answers nothing we asked: the association cannot go on.
   */
  deliver(command: Response, { context: { presentationContextId }, dataSet }: Message): void {
    const messageId = command.messageIdBeingRespondedTo
    const isPending = statusCategory(command.status) === 'pending'
    const outstanding = this.#find(messageId)
    if (!outstanding) {
      dataSet?.discard()
      this.#late(messageId, isPending)
      return
    }
    const { invocation, request } = outstanding
    if (
      presentationContextId !== outstanding.presentationContextId ||
      command.type.slice(0, -'-RSP'.length) !== request.type.slice(0, -'-RQ'.length)
    ) {
      const error = unexpected(
        `a ${command.type} on context ${String(presentationContextId)} to message ${String(messageId)}, a ${request.type} on context ${String(outstanding.presentationContextId)}`,
      )
      this.forget(messageId, error)
      throw error
    }
    invocation.deliver({ command, dataSet, faults: commandFaults(command, request) })
    if (isPending && !serialServices.has(request.type)) {
      this.#abandon(messageId, `a ${command.type} with a pending status; it has one response only`)
    } else if (isPending) {
      this.awaitResponse(messageId)
    } else {
      this.forget(messageId)
    }
  }

  #find(messageId: number): Outstanding | undefined {
    for (const outstanding of this.#outstanding) {
      if (outstanding.messageId === messageId) return outstanding
    }
    return undefined
  }

  #abandon(messageId: number, why: string): void {
    const error = unexpected(why)
    this.forget(messageId, error)
    if (this.#abandoned.size >= maximumAbandoned) throw error
    this.#abandoned.add(messageId)
  }

  #late(messageId: number, isPending: boolean): void {
    if (!this.#abandoned.has(messageId)) {
      throw unexpected(`a response to message ${String(messageId)}, which is not outstanding`)
    }
    if (!isPending) this.#abandoned.delete(messageId)
  }
}

function unexpected(message: string): MessageProtocolError {
  return new MessageProtocolError(message, 'DCM_UNEXPECTED_RESPONSE')
}
