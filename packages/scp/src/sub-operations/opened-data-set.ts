import type { ByteSource } from '@dcm/dimse'
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
    return { dataSet: evenLength(await read(), read), [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

function sourceOf(opened: DataSetToSend): {
  readonly source: ByteSource
  readonly close: () => Promise<void>
} {
  if ('read' in opened && typeof opened.read === 'function' && !(Symbol.asyncIterator in opened)) {
    const disposable: ByteSource & Partial<AsyncDisposable> = opened
    return { source: opened, close: async () => disposable[Symbol.asyncDispose]?.() }
  }
  const runs = opened as AsyncIterable<Uint8Array> | readonly Uint8Array[]
  const iterator = Symbol.asyncIterator in runs ? runs[Symbol.asyncIterator]() : runs[Symbol.iterator]()
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
