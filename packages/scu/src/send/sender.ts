import { type CStoreRsp, statusCategory } from '@dcm/dimse'
import { systemClock } from '@dcm/transport'
import { associate } from '../associate.ts'
import { ContextNotAcceptedError } from '../contexts/context-not-accepted-error.ts'
import { TransferSyntaxNotAcceptedError } from '../contexts/transfer-syntax-not-accepted-error.ts'
import { BatchBuffers } from '../instances/batch-buffers.ts'
import { InstanceError } from '../instances/instance-error.ts'
import { openPart10 } from '../instances/part10-file.ts'
import type { ScuAssociation } from '../scu-association.ts'
import type { StoreOptions } from '../services/store.ts'
import { BackOff } from './back-off.ts'
import { isTransient, isTransientStatus } from './failure-class.ts'
import type { Batch } from './plan.ts'
import { type FoundInstance, outcomeOf } from './scan.ts'
import type { SendOptions } from './send-options.ts'
import type { SendResult } from './send-result.ts'

/**
 * Sends batches of instances, each over as many associations as are free. An instance leaves its batch when it is taken, and comes
 * back when it shall be tried again; when all batches are empty, and nobody has taken anything, all are settled.
 */
export class Sender {
  readonly #batches: readonly Batch[]
  readonly #options: SendOptions
  readonly #settle: (result: SendResult) => void
  readonly #backOff: BackOff
  /** Of each C-STORE. The signal ends its association, which costs less than to listen anew for each. */
  readonly #storeOptions: StoreOptions
  readonly #buffers = new BatchBuffers()

  constructor(batches: readonly Batch[], options: SendOptions, settle: (result: SendResult) => void) {
    this.#batches = batches
    this.#options = options
    this.#settle = settle
    this.#backOff = new BackOff(options.clock ?? systemClock, options.retry ?? {})
    const { priority, transcode, responseTimeoutMs, deadlineMs } = options
    this.#storeOptions = {
      ...(priority && { priority }),
      ...(transcode && { transcode }),
      ...(responseTimeoutMs !== undefined && { responseTimeoutMs }),
      ...(deadlineMs !== undefined && { deadlineMs }),
    }
  }

  async run(): Promise<void> {
    const instances = this.#batches.reduce((sum, { waiting }) => sum + waiting.length, 0)
    const workers = Math.min(this.#options.maximumAssociations ?? 1, instances)
    await Promise.all(Array.from({ length: workers }, () => this.#work()))
  }

  /** One association after the other, until nothing is left to send. */
  async #work(): Promise<void> {
    let failures = 0
    for (let batch = this.#fullest(); batch; batch = this.#fullest()) {
      const failure = await this.#serve(batch)
      if (this.#stopped) {
        this.#giveUp('stopped')
      } else if (failure) {
        failures = failure.progress ? 1 : failures + 1
        if (failures < this.#backOff.attempts && isTransient(failure.error))
          await this.#pause(failures, failure)
        else this.#giveUp('failed', failure.error)
      }
    }
  }

  get #stopped(): boolean {
    return this.#options.signal?.aborted === true
  }

  #fullest(): Batch | undefined {
    const [first] = this.#batches
      .filter(({ waiting }) => waiting.length > 0)
      .sort((one, other) => other.waiting.length - one.waiting.length)
    return first
  }

  async #pause(failed: number, { error, status }: Failure): Promise<void> {
    const delayMs = this.#backOff.delayMs(failed)
    this.#options.onEvent?.({
      type: 'retry',
      delayMs,
      attempt: failed + 1,
      ...(error && { error }),
      ...(status !== undefined && { status }),
    })
    await this.#backOff.wait(delayMs, this.#options.signal)
  }

  /** Sends from the batch over one association; says why there was none, or why it ended before the batch did. */
  async #serve(batch: Batch): Promise<Failure | undefined> {
    let associated: ScuAssociation
    try {
      associated = await associate({ ...this.#options, contexts: batch.contexts })
    } catch (error) {
      return { error: error as Error, progress: false }
    }
    await using association = associated
    const { signal } = this.#options
    const stop = (): void => {
      association.abort(signal?.reason as Error)
    }
    signal?.addEventListener('abort', stop)
    try {
      return await this.#sendAll(batch, association)
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }

  async #sendAll(batch: Batch, association: ScuAssociation): Promise<Failure | undefined> {
    const { request, contexts, asynchronousOperationsWindow } = association.association.facts
    this.#options.onEvent?.({
      type: 'associated',
      presentationContexts: request.presentationContexts.length,
      accepted: contexts.size,
    })
    const { invoked } = asynchronousOperationsWindow
    const lanes = (invoked === 0 ? maximumLanes : Math.min(invoked, maximumLanes)) + lanesAhead
    const state: Failure = { progress: false }
    await Promise.all(Array.from({ length: lanes }, () => this.#lane(batch, association, state)))
    return state.error === undefined && state.status === undefined ? undefined : state
  }

  async #lane(batch: Batch, association: ScuAssociation, state: Failure): Promise<void> {
    while (!association.over && !this.#stopped && state.status === undefined) {
      const instance = batch.waiting.shift()
      if (!instance) return
      await this.#send(batch, instance, association, state)
    }
  }

  async #send(
    batch: Batch,
    instance: FoundInstance,
    association: ScuAssociation,
    state: Failure,
  ): Promise<void> {
    instance.attempts++
    const turn = { hasCome: false }
    const onRead = (bytes: number): void => {
      turn.hasCome = true
      this.#options.onEvent?.({ type: 'bytes', bytes })
    }
    try {
      const { status, errorComment } = await this.#store(instance, association, onRead)
      state.progress = true
      if (isTransientStatus(status) && instance.attempts < this.#backOff.attempts) {
        state.status = status
        batch.waiting.push(instance)
        return
      }
      const response = { status, ...(errorComment !== undefined && { errorComment }) }
      this.#settle({ ...facts(instance), outcome: outcomes[statusCategory(status)], ...response })
    } catch (error) {
      this.#failed(batch, instance, association, state, error as Error, !turn.hasCome && association.over)
    }
  }

  async #store(
    { path }: FoundInstance,
    association: ScuAssociation,
    onRead: (bytes: number) => void,
  ): Promise<CStoreRsp> {
    const file = await openPart10(path, this.#buffers, onRead)
    try {
      return await association.store(file, this.#storeOptions)
    } finally {
      await file.close()
    }
  }

  #failed(
    batch: Batch,
    instance: FoundInstance,
    association: ScuAssociation,
    state: Failure,
    error: Error,
    lostWaiting: boolean,
  ): void {
    if (this.#stopped) {
      this.#settle({ ...facts(instance), outcome: 'stopped', error })
    } else if (error instanceof InstanceError) {
      // It may have cost the association, which is not the peer's fault: the next one follows at once.
      this.#settle({ ...facts(instance), outcome: outcomeOf(error), error })
    } else if (error.cause instanceof InstanceError) {
      // Lost with the association that another one's file cost: no attempt of its own.
      instance.attempts--
      batch.waiting.unshift(instance)
    } else if (error instanceof ContextNotAcceptedError || error instanceof TransferSyntaxNotAcceptedError) {
      this.#settle({ ...facts(instance), outcome: 'not-accepted', error })
    } else if (!isTransient(error) || (instance.attempts >= this.#backOff.attempts && !lostWaiting)) {
      this.#settle({ ...facts(instance), outcome: 'failed', error })
    } else {
      // Whose turn had not come made no attempt.
      if (lostWaiting) instance.attempts--
      state.error ??= error
      batch.waiting.push(instance)
      // An operation's own deadline leaves the association standing, with an answer still to come.
      if (!association.over) association.abort(error)
    }
  }

  #giveUp(outcome: 'stopped' | 'failed', error?: Error): void {
    for (const { waiting } of this.#batches) {
      for (const instance of waiting.splice(0)) {
        this.#settle({ ...facts(instance), outcome, ...(error && { error }) })
      }
    }
  }
}

/** Why an association ended early, and whether any instance was answered on it. */
interface Failure {
  error?: Error
  status?: number
  progress: boolean
}

/** Instances at once on an association without a limit of its own; each has up to a MiB in memory. */
const maximumLanes = 16
/** Beyond those that may be outstanding: their files are opened and read while the others are sent. With one, sending waits for it. */
const lanesAhead = 2

const outcomes = {
  success: 'stored',
  warning: 'stored-with-warning',
  failure: 'refused',
  cancel: 'refused',
  pending: 'refused',
} as const

function facts({
  path,
  sopClassUid,
  sopInstanceUid,
  transferSyntaxUid,
  dataSetBytes,
  attempts,
}: FoundInstance) {
  return { path, sopClassUid, sopInstanceUid, transferSyntaxUid, bytes: dataSetBytes, attempts }
}
