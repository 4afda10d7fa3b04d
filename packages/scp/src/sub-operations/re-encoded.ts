import { Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { ReEncoder, reEncodings } from '@dcm/dataset'
import { type ByteSource, uidOf } from '@dcm/dimse'

const explicitVrLittleEndian = uidOf('ExplicitVRLittleEndian')
const deflated = uidOf('DeflatedExplicitVRLittleEndian')

/** What an instance in this transfer syntax can be written in without touching pixels, the best first. */
export function writableIn(transferSyntaxUid: string): readonly string[] {
  // PS3.5 A.5: inside it is Explicit VR Little Endian.
  return transferSyntaxUid === deflated
    ? [explicitVrLittleEndian, ...reEncodings(explicitVrLittleEndian)]
    : reEncodings(transferSyntaxUid)
}

interface ReEncodedSource extends ByteSource {
  /** Nobody reads the rest. Whoever opened the source closes it. */
  stop(): void
}

/** A data set in another uncompressed transfer syntax, while it is read. Holds one batch, however much it inflates to. */
export function reEncoded(source: ByteSource, from: string, to: string): ReEncodedSource {
  const isDeflated = from === deflated
  const reEncoder = new ReEncoder({ from: isDeflated ? explicitVrLittleEndian : from, to })
  const batches = isDeflated ? inflated(source) : batchesOf(source)
  return {
    read: async () => {
      for (let next = await batches.next(); next.done !== true; next = await batches.next()) {
        const runs = next.value.flatMap((run) => reEncoder.push(run))
        if (runs.length > 0) return runs
      }
      reEncoder.end()
      return undefined
    },
    stop: () => {
      void batches.return()
    },
  }
}

type Batches = AsyncGenerator<readonly Uint8Array[], void, undefined>

/** One gathered write, in bytes. */
const inflatedBatchBytes = 262_144

async function* inflated(source: ByteSource): Batches {
  const compressed = Readable.from(runsOf(source))
  const inflate = createInflateRaw({ chunkSize: inflatedBatchBytes })
  compressed.once('error', (error) => inflate.destroy(error))
  try {
    for await (const chunk of compressed.pipe(inflate)) yield [chunk as Uint8Array]
  } finally {
    compressed.destroy()
  }
}

async function* runsOf(source: ByteSource): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const batch of batchesOf(source)) yield* batch
}

async function* batchesOf(source: ByteSource): Batches {
  for (let batch = await source.read(); batch; batch = await source.read()) yield batch
}
