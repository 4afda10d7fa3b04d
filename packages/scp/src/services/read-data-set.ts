import { collectDataSet, DataSetTooLongError, maximumCollectedBytes } from '@dcm/dimse'
import type { ServiceOperation } from '../service-operation.ts'
import { StatusError } from '../status-error.ts'
import type { DataSetCodec } from './data-set-codec.ts'

/** What a request is answered with when its data set is too long to be read, or cannot be. */
export interface UnreadableStatuses {
  readonly tooLong: number
  readonly undecodable: number
}

/** A request's data set, decoded; undefined when it has none. @throws StatusError; AssociationAbortedError */
export async function readDataSet<T>(
  { dataSet, context }: Pick<ServiceOperation, 'dataSet' | 'context'>,
  codec: DataSetCodec<T>,
  statuses: UnreadableStatuses,
  maximumBytes: number = maximumCollectedBytes,
): Promise<T | undefined> {
  if (!dataSet) return undefined
  const bytes = await collect(dataSet, statuses, maximumBytes)
  try {
    return codec.decode(bytes, context.transferSyntax)
  } catch (error) {
    if (error instanceof StatusError) throw error
    throw new StatusError(statuses.undecodable, { errorComment: 'the data set cannot be read', cause: error })
  }
}

async function collect(
  dataSet: NonNullable<ServiceOperation['dataSet']>,
  { tooLong }: UnreadableStatuses,
  maximumBytes: number,
): Promise<Uint8Array> {
  try {
    return await collectDataSet(dataSet, maximumBytes)
  } catch (error) {
    if (!(error instanceof DataSetTooLongError)) throw error
    throw new StatusError(tooLong, { errorComment: error.message, cause: error })
  }
}
