import {
  type DimseChannel,
  type IncomingResponse,
  type Invocation,
  MessageProtocolError,
  type Response,
  statusCategory,
} from '@dcm/dimse'
import { TimeoutError, type TimerHandle } from '@dcm/transport'
import { readDataSet } from '../identifiers/read-data-set.ts'
import type { Ending } from './diagnostics.ts'
import type { Stop } from './stop.ts'
import { UnexpectedResponseError } from './unexpected-response-error.ts'

/** One response of the kind that belongs to the request. */
export interface ResponseOf<Rsp extends Response> {
  readonly command: Rsp
  /** Dropped when the next response is asked for. */
  readonly dataSet: IncomingResponse['dataSet']
}

/** The last response of an operation that was cancelled, and its identifier. */
interface LastResponse<Rsp extends Response> {
  readonly command: Rsp
  readonly identifier: Uint8Array | undefined
}

/** Of the last response, in bytes: a list of 65 535 failed instances, as many as can be counted (PS3.7 E.1), and its header. */
export const maximumIdentifierBytes = 65_535 * 65 + 1 + 12

export interface CallSetting<Rsp extends Response> {
  readonly channel: DimseChannel
  readonly invocation: Invocation
  readonly stop: Stop
  /** The only type of response that answers the request. */
  readonly responseType: Rsp['type']
  readonly cancelTimeoutMs: number
  /** Whether the operation can be cancelled at the peer: C-FIND, C-MOVE and C-GET (PS3.7 9.3.2.3). */
  readonly cancellable: boolean
  /** Called once, when no response of it can come any more. */
  readonly over: (ending: Ending) => void
}

/**
 * An operation of ours whose request was sent: its responses, until the last. Each wait for one settles once, by the response, by
 * the end of the association, by a timer, or by the caller's stop; after that the call stays failed.
 */
export class Call<Rsp extends Response> {
  readonly #setting: CallSetting<Rsp>
  #cancelTimer: TimerHandle
  #awaiting = false
  /** The peer waits for us. */
  #held = false
  #failure: Error | undefined
  /** Of the response that came last. */
  #status: number | undefined
  #reject: ((error: Error) => void) | undefined
  #drained: Promise<LastResponse<Rsp>> | undefined
  /** Why we aborted the association, if the peer took no notice of our C-CANCEL. */
  #timeout: TimeoutError | undefined
  #over = false

  readonly #fail = (error: Error): void => {
    this.#failure ??= error
    this.#reject?.(this.#failure)
  }

  constructor(setting: CallSetting<Rsp>) {
    this.#setting = setting
    const stopped = (reason: Error): void => {
      this.#fail(reason)
      // Nobody waits for the rest; how that ends shows on the association.
      this.cancel().catch(() => undefined)
    }
    const { stop, invocation } = setting
    invocation.onTimeout = this.#fail
    if (stop.reason) stopped(stop.reason)
    else stop.onStop = stopped
  }

  /** The next response; undefined after the last. */
  next(): Promise<ResponseOf<Rsp> | undefined> {
    // What still comes is the drain's.
    return this.#failure ? Promise.reject(this.#failure) : this.during(this.#next())
  }

  /** Waits for something that the peer owes within this operation: bounded by the response timer, and by the caller's stop. */
  during<T>(wait: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#reject = reject
      if (this.#failure) reject(this.#failure)
      else this.#watch(true)
      wait.then(
        (value) => {
          this.#watch(false)
          // What came too late is dropped.
          if (this.#failure) reject(this.#failure)
          else resolve(value)
        },
        (error: unknown) => {
          this.#watch(false)
          reject(this.#failure ?? (error as Error))
        },
      )
    })
  }

  /** The response of an operation that has one; what came with it is dropped. */
  async only(): Promise<Rsp> {
    const { command, dataSet } = this.#last(await this.next())
    dataSet?.discard()
    this.#end()
    return command
  }

  /** The same, with what came with it. */
  async onlyWith<T>(take: (response: ResponseOf<Rsp>) => Promise<T>): Promise<T> {
    const response = this.#last(await this.next())
    try {
      return await this.during(take(response))
    } finally {
      this.#end()
    }
  }

  #last(response: ResponseOf<Rsp> | undefined): ResponseOf<Rsp> {
    if (response && statusCategory(response.command.status) !== 'pending') return response
    this.#end()
    throw this.#unexpected(`a ${this.#setting.responseType} says pending, which has no meaning there`)
  }

  /** Asks the peer to stop where it can be asked, and drops what comes before the last response. */
  cancel(): Promise<LastResponse<Rsp>> {
    this.#drained ??= this.#drain()
    return this.#drained
  }

  /** The peer did something towards the response that it owes: the wait begins anew. */
  progressed(): void {
    this.#held = false
    this.#watch(this.#awaiting)
  }

  /** We work on something that the peer waits for: it owes nothing until it `progressed()`. */
  hold(): void {
    this.#held = true
    this.#watch(this.#awaiting)
  }

  async #drain(): Promise<LastResponse<Rsp>> {
    const { invocation, cancellable } = this.#setting
    try {
      if (cancellable && !this.#over) {
        await invocation.cancel()
        this.#armCancel()
      }
      let last: LastResponse<Rsp> | undefined
      for (let response = await invocation.next(); response; response = await invocation.next()) {
        const { command, dataSet } = this.#checked(response)
        if (statusCategory(command.status) === 'pending') continue
        // PS3.4 C.4.2.1.4.2, C.4.3.1.3.2: also who was cancelled says what failed.
        const identifier = dataSet && (await readDataSet(dataSet, maximumIdentifierBytes))
        last = { command, identifier }
      }
      if (last) return last
      throw new UnexpectedResponseError('no response after the C-CANCEL')
    } catch (error) {
      this.#fail(error as Error)
      throw this.#timeout ?? error
    } finally {
      this.#end()
    }
  }

  async #next(): Promise<ResponseOf<Rsp> | undefined> {
    try {
      const response = await this.#setting.invocation.next()
      if (response) return this.#checked(response)
      this.#end()
      return undefined
    } catch (cause) {
      const error = typed(cause as Error)
      this.#fail(error)
      this.#end()
      throw error
    }
  }

  /** The response timer runs while we wait for the peer, and the peer does not wait for us. */
  #watch(awaiting: boolean): void {
    this.#awaiting = awaiting
    if (this.#drained) return
    if (awaiting && !this.#held) this.#setting.invocation.progressed()
    else this.#setting.invocation.hold()
  }

  #checked(response: IncomingResponse): ResponseOf<Rsp> {
    const { command, dataSet } = response
    this.#status = command.status
    if (this.#isExpected(command)) return { command, dataSet }
    throw this.#unexpected(`a ${command.type} where a ${this.#setting.responseType} belongs`)
  }

  #isExpected(command: Response): command is Rsp {
    return command.type === this.#setting.responseType
  }

  /** Who answers something else cannot be understood any more. */
  #unexpected(what: string): Error {
    const error = new UnexpectedResponseError(what)
    this.#fail(error)
    this.#setting.channel.abort(error)
    return error
  }

  /** Once, not for each response: a peer that goes on as if nothing was said is not waited for. */
  #armCancel(): void {
    const { channel, invocation, cancelTimeoutMs } = this.#setting
    // It may have left only after the last response came, and then nothing is owed any more.
    if (this.#over) return
    invocation.hold()
    this.#cancelTimer = channel.association.clock.setTimeout(() => {
      const error = (this.#timeout = new TimeoutError('cancel', cancelTimeoutMs))
      this.#fail(error)
      channel.abort(error)
    }, cancelTimeoutMs)
  }

  #end(): void {
    const { channel, invocation, stop, over } = this.#setting
    invocation.hold()
    if (this.#over) return
    this.#over = true
    channel.association.clock.clearTimeout(this.#cancelTimer)
    stop.end()
    over({ status: this.#status, error: this.#failure })
  }
}

/** As what callers know it: the response of another service, or on another context. */
function typed(error: Error): Error {
  if (!(error instanceof MessageProtocolError) || error.code !== 'DCM_UNEXPECTED_RESPONSE') return error
  return new UnexpectedResponseError(error.message, { cause: error })
}
