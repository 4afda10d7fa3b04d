import { UsageError } from '@dcm/transport'

/** The answers to C-FIND, C-MOVE or C-GET as they come, and the last one. */
export interface Answers<Item, Final> {
  /** The next answer; undefined after the last. */
  next(): Promise<Item | undefined>
  /** Asks the peer to stop, and drops what still comes. Rejects when no last response came. */
  cancel(): Promise<void>
  /** The last response, when it has come. */
  readonly final: Final | undefined
}

/**
 * An operation with many answers. It begins when it is iterated, or when `final()` is called, and is iterated once. Leaving the
 * loop early sends a C-CANCEL and waits for the last response; the association is then ready for the next operation.
 *
 * A failure status is an answer: it ends the loop, and `final()` has it.
 */
export class ResponseStream<Item, Final> implements AsyncIterable<Item> {
  readonly #begin: () => Promise<Answers<Item, Final>>
  #iterator: AsyncGenerator<Item, void, undefined> | undefined
  #answers: Answers<Item, Final> | undefined
  #failure: unknown

  /** @internal */
  constructor(begin: () => Promise<Answers<Item, Final>>) {
    this.#begin = begin
  }

  [Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    this.#iterator ??= this.#iterate()
    return this.#iterator
  }

  /**
   * The last response. What was not iterated is dropped; after a loop that was left early it is what the peer said to the C-CANCEL.
   *
   * @throws what the iteration threw; or AssociationAbortedError when no last response came
   */
  async final(): Promise<Final> {
    const iterator = this[Symbol.asyncIterator]()
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next());
    const final = this.#answers?.final
    if (final !== undefined) return final
    throw (this.#failure ?? notBegun()) as Error
  }

  async *#iterate(): AsyncGenerator<Item, void, undefined> {
    let answers: Answers<Item, Final>
    try {
      answers = this.#answers = await this.#begin()
    } catch (error) {
      this.#failure = error
      throw error
    }
    let failed = false
    try {
      for (let item = await answers.next(); item !== undefined; item = await answers.next()) yield item
    } catch (error) {
      failed = true
      this.#failure = error
      throw error
    } finally {
      if (answers.final === undefined) {
        const cancelled = answers.cancel().catch((error: unknown) => {
          this.#failure ??= error
        })
        // A caller that gave up does not wait for the peer to take notice; one that left the loop gets a free association.
        if (!failed) await cancelled
      }
    }
  }
}

function notBegun(): UsageError {
  return new UsageError('the iteration was left before it began', { code: 'DCM_NOT_BEGUN' })
}
