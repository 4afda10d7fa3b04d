import { reEncodeBatches } from '@dcm/dataset'
import { type ByteSource, checkedBatch } from '@dcm/dimse'

interface ReEncodedSource extends ByteSource {
  /** Nobody reads the rest. Whoever opened the source closes it. */
  stop(): void
}

/** A data set in another uncompressed transfer syntax, while it is read. */
export function reEncoded(source: ByteSource, from: string, to: string): ReEncodedSource {
  const batches = reEncodeBatches(batchesOf(source), { from, to })
  return {
    read: async () => (await batches.next()).value ?? undefined,
    stop: () => {
      void batches.return()
    },
  }
}

async function* batchesOf(source: ByteSource): AsyncGenerator<readonly Uint8Array[], void, void> {
  for (let batch = await source.read(); batch; batch = await source.read()) yield checkedBatch(batch)
}
