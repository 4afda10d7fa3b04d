import { type AcceptedPresentationContext, type Association, maximumPdvLength } from '@dcm/association'
import type { Pdv } from '@dcm/pdu'
import {
  type ByteSource,
  checkedBatch,
  type CheckedDataSet,
  Fragmenter,
  MessageProtocolError,
} from '../message/index.ts'

/**
 * So many PDVs are made ready at once: whoever announces a maximum length of a few bytes gets one for every few bytes, and each
 * costs us some hundred. It takes announcements of less than 1 KiB until a batch of a data set has more.
 */
const pdvsAtOnce = 1_024

/** Sends messages one after the other, each whole, in fragments that fit the peer's maximum length. */
export class Outbox {
  readonly #association: Association
  readonly #maximumPdvLength: number
  /** The last message, while it or one before it is under way. */
  #tail: Promise<unknown> | undefined
  /** Ends what is waited for. */
  #stopWaiting: ((error: Error) => void) | undefined
  /** Why the association is over. Errors are made only for who waits: most associations end with nobody. */
  #end: (() => Error) | undefined

  constructor(association: Association) {
    this.#association = association
    this.#maximumPdvLength = maximumPdvLength(association.facts.peerMaximumLength)
  }

  /**
   * Resolves when the message, its command encoded, is handed to the connection, and that takes more.
   *
   * @throws AssociationAbortedError; what the data set's source rejects with
   */
  async send(
    { presentationContextId }: AcceptedPresentationContext,
    command: Uint8Array,
    dataSet?: CheckedDataSet,
  ): Promise<void> {
    const content = dataSet && this.#inPortions(dataSet)
    if (this.#tail || isStream(content)) {
      await this.#enqueue(() => this.#transmit(presentationContextId, command, content))
      // The way of most answers: at once, and with nothing to wait for.
    } else if (!this.#association.send(this.#message(presentationContextId, command, content))) {
      await this.#enqueue(() => this.#unlessOver(this.#association.drained()))
    }
  }

  /** The association is over: nobody waits any more for its peer, which may never read, or for a source that may never go on. */
  end(why: () => Error): void {
    this.#end = why
    this.#stopWaiting?.(why())
  }

  #unlessOver<T>(wait: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#stopWaiting = reject
      if (this.#end) reject(this.#end())
      wait.then(resolve, reject)
    })
  }

  #enqueue(send: () => Promise<void>): Promise<void> {
    const sent = this.#tail ? this.#tail.then(send) : send()
    const over = (): void => {
      if (this.#tail === tail) this.#tail = undefined
    }
    const tail = sent.then(over, over)
    this.#tail = tail
    return sent
  }

  /** Bytes that are there, but would make too many PDVs, are sent as a stream. */
  #inPortions(dataSet: CheckedDataSet): CheckedDataSet {
    if (isStream(dataSet)) return dataSet
    const length = dataSet.reduce((sum, run) => sum + run.length, 0)
    return length > this.#portionBytes ? sourceOf(dataSet) : dataSet
  }

  get #portionBytes(): number {
    return pdvsAtOnce * this.#maximumPdvLength
  }

  /** A message that is there as a whole. */
  #message(presentationContextId: number, command: Uint8Array, dataSet?: readonly Uint8Array[]): Pdv[] {
    const limit = this.#limit()
    const pdvs = cut(new Fragmenter(presentationContextId, true, limit), [command])
    return dataSet ? [...pdvs, ...cut(new Fragmenter(presentationContextId, false, limit), dataSet)] : pdvs
  }

  async #transmit(
    presentationContextId: number,
    command: Uint8Array,
    dataSet: CheckedDataSet | undefined,
  ): Promise<void> {
    if (!isStream(dataSet)) {
      await this.#give(this.#message(presentationContextId, command, dataSet))
      return
    }
    const limit = this.#limit()
    const pdvs = cut(new Fragmenter(presentationContextId, true, limit), [command])
    const fragmenter = new Fragmenter(presentationContextId, false, limit)
    const message = { begun: false }
    const given = new GivenRuns(dataSet)
    const give = async (): Promise<void> => {
      message.begun = true
      if (await this.#give(pdvs.splice(0))) given.left()
    }
    try {
      let next = readOf(dataSet)
      // One write costs less than three: the command leaves with the first bytes, and the last fragment with the last, if they are there.
      if (!(await isThere(next))) await give()
      for (let runs = await this.#unlessOver(next); runs; runs = await this.#unlessOver(next)) {
        for (const portion of portions(checkedBatch(runs), this.#portionBytes)) {
          if (pdvs.length >= pdvsAtOnce) await give()
          pdvs.push(...fragmenter.push(portion))
        }
        given.add(runs)
        next = readOf(dataSet)
        if (!(await isThere(next)) || (await next)) await give()
      }
      pdvs.push(fragmenter.end())
      given.add([])
      await give()
    } catch (error) {
      // Half a message cannot be taken back: nothing sensible can follow it.
      if (message.begun) this.#association.abort(error as Error)
      throw error
    }
  }

  /** Whether the connection has nothing of it any more: it said that it was full, and then that it is not. */
  async #give(pdvs: readonly Pdv[]): Promise<boolean> {
    if (this.#association.send(pdvs)) return false
    await this.#unlessOver(this.#association.drained())
    return true
  }

  #limit(): number {
    if (this.#maximumPdvLength > 0) return this.#maximumPdvLength
    const { peerMaximumLength } = this.#association.facts
    const error = new MessageProtocolError(
      `the peer's maximum length of ${String(peerMaximumLength)} bytes leaves no room for a message`,
      'DCM_MAXIMUM_LENGTH_TOO_SMALL',
    )
    this.#association.abort(error)
    throw error
  }
}

function isStream(dataSet: CheckedDataSet | undefined): dataSet is ByteSource {
  return dataSet !== undefined && 'read' in dataSet
}

/** A promise, also of a source that gives none. */
function readOf(source: ByteSource): ReturnType<ByteSource['read']> {
  return Promise.resolve(source.read())
}

function sourceOf(runs: readonly Uint8Array[]): ByteSource {
  const batches = [runs]
  return { read: () => Promise.resolve(batches.shift()) }
}

/** The same bytes, so many at once. */
function* portions(runs: readonly Uint8Array[], maximumBytes: number): Generator<readonly Uint8Array[]> {
  const length = runs.reduce((sum, run) => sum + run.length, 0)
  if (length <= maximumBytes) {
    yield runs
    return
  }
  for (const run of runs) {
    for (let start = 0; start < run.length; start += maximumBytes) {
      yield [run.subarray(start, start + maximumBytes)]
    }
  }
}

/** Tells a source which of its runs have left. The end of the last ones is still in the fragmenter until others follow. */
class GivenRuns {
  readonly #source: ByteSource
  #before: readonly Uint8Array[] = []
  #last: readonly Uint8Array[] = []

  constructor(source: ByteSource) {
    this.#source = source
  }

  add(runs: readonly Uint8Array[]): void {
    this.#before = [...this.#before, ...this.#last]
    this.#last = runs
  }

  left(): void {
    if (this.#before.length > 0) this.#source.recycle?.(this.#before)
    this.#before = []
  }
}

/** Microtasks that a chain of generators over bytes that are there may take; more would only cost time. */
const settlingTurns = 16

/** Whether a promise is settled, or is about to be without anything happening. */
async function isThere(promise: Promise<unknown>): Promise<boolean> {
  const state = { settled: false }
  const settle = (): void => {
    state.settled = true
  }
  promise.then(settle, settle)
  for (let turn = 0; turn < settlingTurns && !state.settled; turn++) await Promise.resolve()
  return state.settled
}

function cut(fragmenter: Fragmenter, runs: readonly Uint8Array[]): Pdv[] {
  return [...fragmenter.push(runs), fragmenter.end()]
}
