import { setImmediate } from 'node:timers/promises'
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
 * So many PDVs are made ready at once, and given before all others have their turn: whoever announces a maximum length of a few bytes
 * gets one for every few bytes, and each costs us some hundred, and a microsecond. It takes announcements of less than 1 KiB until a batch
 * of a data set has more.
 */
const pdvsAtOnce = 1_024

/** Sends messages one after the other, each whole, in fragments that fit the peer's maximum length. */
export class Outbox {
  readonly #association: Association
  readonly #maximumPdvLength: number
  readonly #portionBytes: number
  /** PDVs since all others had their turn. */
  #givenPdvs = 0
  /** The last message, while it or one before it is under way. */
  #tail: Promise<unknown> | undefined
  /** Ends what is waited for. */
  #stopWaiting: ((error: Error) => void) | undefined
  /** Why the association is over. Errors are made only for who waits: most associations end with nobody. */
  #end: (() => Error) | undefined

  constructor(association: Association) {
    this.#association = association
    this.#maximumPdvLength = maximumPdvLength(association.facts.peerMaximumLength)
    this.#portionBytes = pdvsAtOnce * this.#maximumPdvLength
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
    if (content && 'read' in content) {
      await this.#enqueue(() => this.#transmit(presentationContextId, command, content))
    } else if (this.#tail) {
      await this.#enqueue(() => this.#give(this.#message(presentationContextId, command, content)))
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

  #enqueue(send: () => Promise<unknown>): Promise<unknown> {
    // PS3.8 E.1, nothing between the fragments of a message: in a later turn, as its source may send another when it is first read.
    const sent = (this.#tail ?? Promise.resolve()).then(send)
    const over = (): void => {
      if (this.#tail === tail) this.#tail = undefined
    }
    const tail = sent.then(over, over)
    this.#tail = tail
    return sent
  }

  /** Bytes that are there, but would make too many PDVs, are sent as a stream. */
  #inPortions(dataSet: CheckedDataSet): CheckedDataSet {
    if ('read' in dataSet) return dataSet
    let length = 0
    for (const run of dataSet) length += run.length
    return length > this.#portionBytes ? sourceOf(dataSet) : dataSet
  }

  /** A message that is there as a whole. */
  #message(presentationContextId: number, command: Uint8Array, dataSet?: readonly Uint8Array[]): Pdv[] {
    const fragmenter = new Fragmenter(presentationContextId, this.#limit(), command)
    if (dataSet) {
      for (const run of dataSet) fragmenter.push(run)
      fragmenter.end()
    }
    return fragmenter.pdvs
  }

  async #transmit(presentationContextId: number, command: Uint8Array, source: ByteSource): Promise<void> {
    const fragmenter = new Fragmenter(presentationContextId, this.#limit(), command)
    const { pdvs } = fragmenter
    const message = { begun: false }
    /** Runs that are in PDVs to their last byte, and those behind them, whose end waits in the fragmenter until others follow. */
    let cut: readonly Uint8Array[] = []
    let last: readonly Uint8Array[] = []
    const give = async (): Promise<void> => {
      if (pdvs.length === 0) return
      message.begun = true
      if (!(await this.#give(pdvs.splice(0))) || cut.length === 0) return
      source.recycle?.(cut)
      cut = []
    }
    // One write costs less than three: the command leaves with the first bytes, and the last fragment with the last, if they are there.
    const read = async (): Promise<readonly Uint8Array[] | undefined> => {
      if (this.#end) throw this.#end()
      // A promise, also of a source that gives none.
      const next = Promise.resolve(source.read())
      if (await isThere(next)) return next
      await give()
      return this.#unlessOver(next)
    }
    try {
      let runs = await read()
      while (runs) {
        for (const run of checkedBatch(runs)) {
          for (let start = 0; start < run.length; start += this.#portionBytes) {
            if (pdvs.length >= pdvsAtOnce) await give()
            fragmenter.push(run.subarray(start, start + this.#portionBytes))
          }
        }
        cut = [...cut, ...last]
        last = runs
        runs = await read()
        if (runs) await give()
      }
      fragmenter.end()
      cut = [...cut, ...last]
      await give()
    } catch (error) {
      // Half a message cannot be taken back: nothing sensible can follow it.
      if (message.begun) this.#association.abort(error as Error)
      throw error
    }
  }

  /** Whether the connection has nothing of it any more: it said that it was full, and then that it is not. */
  async #give(pdvs: readonly Pdv[]): Promise<boolean> {
    const more = this.#association.send(pdvs)
    this.#givenPdvs += pdvs.length
    if (this.#givenPdvs >= pdvsAtOnce) {
      // A peer that reads as fast as we write never makes us wait.
      this.#givenPdvs = 0
      await setImmediate()
    }
    if (more) return false
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

function sourceOf(runs: readonly Uint8Array[]): ByteSource {
  const batches = [runs]
  return { read: () => Promise.resolve(batches.shift()) }
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
