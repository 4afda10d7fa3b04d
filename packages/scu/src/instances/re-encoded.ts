import { Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import { ReEncoder, reEncodings } from '@dcm/dataset'
import type { ByteSource, OutgoingDataSet } from '@dcm/dimse'
import { DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian } from '../uids.ts'
import { InstanceError } from './instance-error.ts'

/** What an instance in this transfer syntax can be sent as without touching pixels, the best first. */
export function sendableAs(transferSyntaxUid: string): readonly string[] {
  if (transferSyntaxUid !== DeflatedExplicitVRLittleEndian) return reEncodings(transferSyntaxUid)
  return [ExplicitVRLittleEndian, ...reEncodings(ExplicitVRLittleEndian)]
}

/** The data set in another uncompressed transfer syntax, while it is read. Holds one batch, however much it inflates to. */
export function reEncoded(dataSet: OutgoingDataSet, from: string, to: string): ByteSource {
  const plain = from === DeflatedExplicitVRLittleEndian ? ExplicitVRLittleEndian : from
  const batches = reEncodedBatches(from === plain ? batchesOf(dataSet) : inflated(dataSet), plain, to)
  return {
    read: async () => {
      const next = await batches.next()
      return next.done === true ? undefined : next.value
    },
  }
}

async function* reEncodedBatches(
  batches: AsyncIterable<readonly Uint8Array[]>,
  from: string,
  to: string,
): AsyncGenerator<readonly Uint8Array[], undefined> {
  const reEncoder = new ReEncoder({ from, to })
  for await (const batch of batches) {
    const runs = attempt(() => batch.flatMap((run) => reEncoder.push(run)))
    if (runs.length > 0) yield runs
  }
  attempt(() => {
    reEncoder.end()
  })
}

function attempt<T>(action: () => T): T {
  try {
    return action()
  } catch (cause) {
    throw notConvertible(cause)
  }
}

function notConvertible(cause: unknown): InstanceError {
  const message = `the data set cannot be written in another transfer syntax: ${(cause as Error).message}`
  return new InstanceError('DCM_INSTANCE_NOT_CONVERTIBLE', message, { cause })
}

/** PS3.5 A.5 */
async function* inflated(dataSet: OutgoingDataSet): AsyncGenerator<readonly Uint8Array[]> {
  const source = Readable.from(runsOf(dataSet), { objectMode: true })
  const inflate = createInflateRaw({ chunkSize: inflatedBatchBytes })
  source.on('error', (error) => inflate.destroy(error))
  try {
    for await (const chunk of source.pipe(inflate)) yield [chunk as Uint8Array]
  } catch (error) {
    throw error instanceof InstanceError ? error : notConvertible(error)
  } finally {
    source.destroy()
  }
}

/** One gathered write, in bytes. */
const inflatedBatchBytes = 262_144

async function* runsOf(dataSet: OutgoingDataSet): AsyncGenerator<Uint8Array> {
  for await (const batch of batchesOf(dataSet)) yield* batch
}

async function* batchesOf(dataSet: OutgoingDataSet): AsyncGenerator<readonly Uint8Array[]> {
  if (!('read' in dataSet)) yield dataSet
  else for (let batch = await dataSet.read(); batch; batch = await dataSet.read()) yield batch
}
