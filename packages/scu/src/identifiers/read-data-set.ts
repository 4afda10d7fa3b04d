import type { DataSetStream } from '@dcm/dimse'

/** A data set that comes with a response is longer than was allowed. The rest of it was dropped. */
export class DataSetTooLongError extends Error {
  override readonly name = 'DataSetTooLongError'
  readonly code = 'DCM_DATA_SET_TOO_LONG'
  readonly maximumBytes: number

  constructor(maximumBytes: number) {
    super(`a data set in a response exceeds the limit of ${String(maximumBytes)} bytes`)
    this.maximumBytes = maximumBytes
  }
}

/** @throws DataSetTooLongError, AssociationAbortedError */
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
