import { UsageError } from '@dcm/pdu'
import type { ByteSource } from './byte-source.ts'

/**
 * How many bytes gather before a reader gets them, and before the association stops reading: the size at which one
 * gathered write to a file costs the least per byte. In bytes; what one data set can make us hold.
 */
export const dataSetBatchBytes = 1_048_576
/**
 * Runs shorter than this are joined once many wait, so that a peer's one-byte fragments cost one byte each: a run keeps all the memory
 * from being read into again that was read with it, be it 128 KiB. Fragments of 16 KiB, which are common, make a batch before that.
 */
const shortRunBytes = 32_768
const maximumShortRuns = 64
const joinedBlockBytes = 65_536

/** Stops and restarts what feeds a stream. */
export interface Flow {
  hold(): void
  release(): void
  /** Runs that nobody refers to any more. */
  recycle(runs: readonly Uint8Array[]): void
}

/**
 * A data set while it arrives, as the bytes that were sent. Read it whole, or leave it: what nobody reads is dropped
 * when its operation ends. Payload is handed on as views of the received chunks.
 */
export class DataSetStream implements ByteSource, AsyncIterable<Uint8Array> {
  readonly #flow: Flow
  #runs: Uint8Array[] = []
  #bufferedBytes = 0
  /** Where short runs are copied to; `joined` is the last run while it lies in there and may still grow. */
  #block: Uint8Array | undefined
  #blockUsed = 0
  #joined: Uint8Array | undefined
  #state: 'open' | 'ended' | 'failed' = 'open'
  #discarding = false
  #settled: (() => void)[] = []
  #error: Error | undefined
  #holding = false
  #waiting:
    { resolve: (runs: readonly Uint8Array[] | undefined) => void; reject: (error: Error) => void } | undefined

  constructor(flow: Flow) {
    this.#flow = flow
  }

  read(): Promise<readonly Uint8Array[] | undefined> {
    if (this.#error) return Promise.reject(this.#error)
    if (this.#waiting) {
      return Promise.reject(
        new UsageError('a data set is read by one reader at a time', 'DCM_CONCURRENT_READ'),
      )
    }
    if (this.#bufferedBytes >= dataSetBatchBytes || this.#state !== 'open' || this.#discarding) {
      return Promise.resolve(this.#take())
    }
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
  }

  recycle(runs: readonly Uint8Array[]): void {
    this.#flow.recycle(runs)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (let runs = await this.read(); runs; runs = await this.read()) yield* runs
  }

  /** Whether all of it has arrived, or nothing more will. */
  get complete(): boolean {
    return this.#state !== 'open'
  }

  /** Drops what is buffered and what is still to come. A waiting read ends as if the data set had ended. */
  discard(): void {
    this.#discarding = true
    this.#clear()
    this.#settle(undefined)
    this.#release()
  }

  /** Whether there is something of it that nobody has read, nor discarded. */
  get unread(): boolean {
    return !this.#discarding && (this.#state === 'open' || this.#runs.length > 0)
  }

  /** Discards, and resolves when nothing more comes. */
  drain(): Promise<void> {
    this.discard()
    if (this.complete) return Promise.resolve()
    return new Promise((resolve) => this.#settled.push(resolve))
  }

  /** @internal The producer's next bytes; the view is kept until read. */
  write(run: Uint8Array): void {
    if (this.#state !== 'open' || this.#discarding || run.length === 0) {
      this.#flow.recycle([run])
      return
    }
    if (run.length < shortRunBytes && this.#runs.length >= maximumShortRuns) {
      this.#join(run)
    } else {
      this.#runs.push(run)
      this.#joined = undefined
    }
    this.#bufferedBytes += run.length
    if (this.#bufferedBytes < dataSetBatchBytes) return
    if (this.#waiting) this.#settle(this.#take())
    else this.#hold()
  }

  /** @internal The producer has no more. */
  end(): void {
    if (this.#state !== 'open') return
    this.#state = 'ended'
    this.#release()
    if (this.#waiting) this.#settle(this.#take())
    this.#tellSettled()
  }

  /** @internal The transfer broke: what is buffered is worthless. */
  fail(error: Error): void {
    if (this.#state !== 'open') return
    this.#state = 'failed'
    this.#error = error
    this.#clear()
    this.#release()
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.reject(error)
    this.#tellSettled()
  }

  #tellSettled(): void {
    for (const resolve of this.#settled) resolve()
    this.#settled = []
  }

  #take(): readonly Uint8Array[] | undefined {
    const runs = this.#runs
    this.#clear()
    this.#release()
    return runs.length > 0 ? runs : undefined
  }

  #clear(): void {
    this.#runs = []
    this.#bufferedBytes = 0
    this.#block = undefined
    this.#joined = undefined
  }

  #settle(runs: readonly Uint8Array[] | undefined): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.resolve(runs)
  }

  #join(run: Uint8Array): void {
    if (!this.#block || this.#blockUsed + run.length > joinedBlockBytes) {
      this.#block = new Uint8Array(joinedBlockBytes)
      this.#blockUsed = 0
      this.#joined = undefined
    }
    this.#block.set(run, this.#blockUsed)
    this.#flow.recycle([run])
    const start = this.#blockUsed - (this.#joined?.length ?? 0)
    this.#blockUsed += run.length
    if (this.#joined) this.#runs.pop()
    this.#joined = this.#block.subarray(start, this.#blockUsed)
    this.#runs.push(this.#joined)
  }

  #hold(): void {
    if (this.#holding) return
    this.#holding = true
    this.#flow.hold()
  }

  #release(): void {
    if (!this.#holding) return
    this.#holding = false
    this.#flow.release()
  }
}
