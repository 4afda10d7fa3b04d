import { type DataSetStream, DataSetTooLongError } from '@dcm/dimse'

/** The bytes of a data set that came; the rest of one that is too long is dropped. @throws DataSetTooLongError, AssociationAbortedError */
export async function readDataSet(dataSet: DataSetStream, maximumBytes: number): Promise<Uint8Array> {
  const runs: Uint8Array[] = []
  let length = 0
  for (let batch = await dataSet.read(); batch; batch = await dataSet.read()) {
    for (const run of batch) {
      length += run.length
      runs.push(run)
    }
    if (length > maximumBytes) {
      dataSet.discard()
      throw new DataSetTooLongError(maximumBytes)
    }
  }
  return Buffer.concat(runs, length)
}
