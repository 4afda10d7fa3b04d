import { longestTimeoutMs, requireRange } from '@dcm/association'
import { type CommandOf, statuses } from '@dcm/dimse'
import type { ServiceOperation } from '../service-operation.ts'
import { StatusError } from '../status-error.ts'
import type { Instances } from '../sub-operations/collect-instances.ts'
import type { PendingOptions } from '../sub-operations/retrieve.ts'
import type { DataSetCodec } from './data-set-codec.ts'
import { readDataSet } from './read-data-set.ts'
import type { SopClassOptions } from './supported-sop-classes.ts'

/** A C-MOVE or C-GET for its handler. */
export interface RetrieveQuery<Type extends 'C-MOVE-RQ' | 'C-GET-RQ', T> extends Pick<
  ServiceOperation<CommandOf<Type>>,
  'request' | 'context' | 'signal' | 'progress' | 'peer' | 'logger'
> {
  /** What to retrieve: the level and its unique keys. */
  readonly identifier: T
}

/** What C-MOVE and C-GET have in common. */
export interface RetrieveSettings<Type extends 'C-MOVE-RQ' | 'C-GET-RQ', T>
  extends SopClassOptions, PendingOptions {
  /**
   * Yields the instances to deliver, and nothing else: counting, responses, C-CANCEL and the sub-operations are done for it. A
   * `StatusError` refuses the operation: A900H for an identifier that does not fit the SOP class. Anything else it
   * throws is answered with C000H.
   */
  readonly instances: (query: RetrieveQuery<Type, T>) => Instances
  /** The longest identifier that is read, in bytes; a longer one is answered with A701H. Default 4 MiB. */
  readonly maximumIdentifierBytes?: number
}

/** @throws UsageError `DCM_LIMIT_RANGE` */
export function requireRetrieveSettings({
  pendingIntervalMs = 0,
  maximumIdentifierBytes = 0,
}: Pick<RetrieveSettings<'C-MOVE-RQ', unknown>, 'pendingIntervalMs' | 'maximumIdentifierBytes'>): void {
  requireRange('pendingIntervalMs', pendingIntervalMs, 0, longestTimeoutMs)
  requireRange('maximumIdentifierBytes', maximumIdentifierBytes, 0)
}

const unreadable = {
  tooLong: statuses.UnableToCalculateNumberOfMatches,
  undecodable: statuses.UnableToProcess,
}

/** The operation as its handler sees it, the identifier read. @throws StatusError */
export async function queryOf<Type extends 'C-MOVE-RQ' | 'C-GET-RQ', T>(
  operation: ServiceOperation<CommandOf<Type>>,
  codec: DataSetCodec<T>,
  maximumIdentifierBytes: number | undefined,
): Promise<RetrieveQuery<Type, T>> {
  const { request, context, signal, progress, peer, logger } = operation
  const identifier = await readDataSet(operation, codec, unreadable, maximumIdentifierBytes)
  // Such a request is refused before it comes here.
  if (identifier === undefined) throw new StatusError(statuses.UnableToProcess)
  return { request, context, signal, progress, peer, logger, identifier }
}
