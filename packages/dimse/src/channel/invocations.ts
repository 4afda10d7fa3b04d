import type { AcceptedPresentationContext } from '@dcm/association'
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

/** The operations that we invoked and that are not answered: responses find their way to them by message ID. */
export class Invocations {
  readonly #channel: InvocationChannel
  #lastMessageId = 0
  /** In the order they were sent, in which most answers come; a list for the reason that the operations of the peer are in one. */
  readonly #outstanding: Invocation[] = []
  readonly #abandoned = new Set<number>()
  readonly #maximum: number
  /** Who waits for one to be over. */
  readonly #waiters: (() => void)[] = []

  /** @param window how many were agreed on (PS3.7 D.3.3.3); 0 = unlimited */
  constructor(window: number, channel: InvocationChannel) {
    this.#channel = channel
    this.#maximum = Math.min(window || maximumOutstanding, maximumOutstanding)
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
    for (const invocation of this.#outstanding) most = Math.max(most, invocation.waitingResponses)
    return most
  }

  begin(context: AcceptedPresentationContext, request: RequestToSend, timeoutMs: number): Invocation {
    // PS3.7 E.1: one that no other operation has.
    do this.#lastMessageId = (this.#lastMessageId % 0xffff) + 1
    while (this.#find(this.#lastMessageId) || this.#abandoned.has(this.#lastMessageId))
    const messageId = this.#lastMessageId
    const invocation = new Invocation(this.#channel, context, request, messageId, timeoutMs)
    this.#outstanding.push(invocation)
    return invocation
  }

  /** No response will come, or none is waited for. */
  forget(invocation: Invocation, error?: Error): void {
    const index = this.#outstanding.indexOf(invocation)
    if (index < 0) return
    this.#outstanding.splice(index, 1)
    invocation.finish(error)
    this.#waiters.shift()?.()
  }

  /** Everybody who waits is told. The error is made for somebody only. */
  fail(why: () => Error): void {
    if (this.#outstanding.length > 0) {
      const error = why()
      for (const invocation of [...this.#outstanding]) this.forget(invocation, error)
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
    const invocation = this.#find(messageId)
    if (!invocation) {
      dataSet?.discard()
      this.#late(messageId, isPending)
      return
    }
    const { context, request } = invocation
    if (
      presentationContextId !== context.presentationContextId ||
      command.type.slice(0, -'-RSP'.length) !== request.type.slice(0, -'-RQ'.length)
    ) {
      const error = unexpected(
        `a ${command.type} on context ${String(presentationContextId)} to message ${String(messageId)}, a ${request.type} on context ${String(context.presentationContextId)}`,
      )
      this.forget(invocation, error)
      throw error
    }
    invocation.deliver({ command, dataSet, faults: commandFaults(command, request) })
    if (isPending && !serialServices.has(request.type)) {
      this.#abandon(invocation, `a ${command.type} with a pending status; it has one response only`)
    } else if (!isPending) {
      this.forget(invocation)
    }
  }

  #find(messageId: number): Invocation | undefined {
    return this.#outstanding.find((invocation) => invocation.messageId === messageId)
  }

  #abandon(invocation: Invocation, why: string): void {
    const error = unexpected(why)
    this.forget(invocation, error)
    if (this.#abandoned.size >= maximumAbandoned) throw error
    this.#abandoned.add(invocation.messageId)
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
