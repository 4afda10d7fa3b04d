import { UsageError } from '@dcm/association'
import { parseFileMeta } from '@dcm/dataset'
import { type ByteSource, checkedBatch, checkedDataSet } from '@dcm/dimse'
import type { ChosenContext } from './choose-context.ts'
import { reEncoded } from './re-encoded.ts'
import type { DataSetToSend, RetrievableInstance } from './retrievable-instance.ts'

/** A data set that is there to be sent; whoever opened it disposes of it. */
export interface OpenedDataSet extends AsyncDisposable {
  readonly dataSet: ByteSource
}

/**
 * Opens an instance and reads its first batch, so that one which cannot be read fails before anything of it is sent. `progress` is
 * called for each batch that came.
 */
export async function openDataSet(
  instance: RetrievableInstance,
  { context, openIn }: ChosenContext,
  progress: () => void,
): Promise<OpenedDataSet> {
  const opened = await instance.open(openIn)
  const { source: given, close: closeGiven } = sourceOf(opened)
  const written =
    openIn === context.transferSyntax ? undefined : reEncoded(given, openIn, context.transferSyntax)
  const source = written ?? given
  const close = (): Promise<void> => {
    written?.stop()
    return closeGiven()
  }
  const read = async (): Promise<readonly Uint8Array[] | undefined> => {
    const runs = await source.read()
    progress()
    return runs
  }
  try {
    const first = await read()
    return { dataSet: evenLength(first && firstBatch(first), read), [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

function sourceOf(opened: DataSetToSend): {
  readonly source: ByteSource
  readonly close: () => Promise<void>
} {
  if (!isAsyncIterable(opened)) {
    const dataSet = checkedDataSet(opened)
    if (!('read' in dataSet)) return { source: sourceOfRuns(dataSet), close: () => Promise.resolve() }
    const disposable: ByteSource & Partial<AsyncDisposable> = dataSet
    return { source: dataSet, close: async () => disposable[Symbol.asyncDispose]?.() }
  }
  const iterator = opened[Symbol.asyncIterator]()
  return {
    source: {
      read: async () => {
        const step = await iterator.next()
        return step.done ? undefined : [step.value]
      },
    },
    close: async () => {
      await iterator.return?.()
    },
  }
}

/** PS3.10 7.1: a file has a preamble and a file meta before its data set, which a peer would keep as what they are not. */
function firstBatch(runs: readonly Uint8Array[]): readonly Uint8Array[] {
  const [run] = checkedBatch(runs)
  if (!run || parseFileMeta(run).type !== 'file-meta') return runs
  throw new UsageError(
    'open() gave a whole Part 10 file; allowed is what stands behind its file meta',
    'DCM_DATA_SET_IS_FILE',
  )
}

/** A Node.js `Readable` is one, and a data set that was received. */
function isAsyncIterable(opened: DataSetToSend): opened is AsyncIterable<Uint8Array> {
  return Symbol.asyncIterator in Object(opened)
}

function sourceOfRuns(runs: readonly Uint8Array[]): ByteSource {
  const batches = runs.length > 0 ? [runs] : []
  return { read: () => Promise.resolve(batches.shift()) }
}

/**
 * PS3.8 E.1 wants fragments of even length. A data set has that by its elements; a deflated one that does not is padded with a
 * NUL (PS3.5 A.5), which peers that are strict abort without.
 */
function evenLength(first: readonly Uint8Array[] | undefined, rest: ByteSource['read']): ByteSource {
  let ahead = first
  let begun = false
  let isOdd = false
  return {
    read: async () => {
      const runs = begun ? await rest() : ahead
      begun = true
      ahead = undefined
      for (const { length } of runs ?? []) isOdd = isOdd !== (length % 2 === 1)
      if (runs ?? !isOdd) return runs
      isOdd = false
      return [new Uint8Array(1)]
    },
  }
}
