import { DataSetDecodeError, reEncodeBatches } from '@dcm/dataset'
import { type ByteSource, checkedBatch, type CheckedDataSet } from '@dcm/dimse'
import { InstanceError } from './instance-error.ts'

/** The data set in another uncompressed transfer syntax, while it is read. */
export function reEncoded(dataSet: CheckedDataSet, from: string, to: string): ByteSource {
  const batches = reEncodeBatches(batchesOf(dataSet), { from, to })
  return {
    read: async () => {
      try {
        return (await batches.next()).value ?? undefined
      } catch (error) {
        throw error instanceof DataSetDecodeError ? notConvertible(error) : error
      }
    },
  }
}

function notConvertible(cause: DataSetDecodeError): InstanceError {
  const message = `the data set cannot be written in another transfer syntax: ${cause.message}`
  return new InstanceError('DCM_INSTANCE_NOT_CONVERTIBLE', message, { cause })
}

async function* batchesOf(dataSet: CheckedDataSet): AsyncGenerator<readonly Uint8Array[], void, void> {
  if (!('read' in dataSet)) yield dataSet
  else for (let batch = await dataSet.read(); batch; batch = await dataSet.read()) yield checkedBatch(batch)
}
