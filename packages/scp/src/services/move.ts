import { type Uid, UsageError } from '@dcm/association'
import { type CommandOf, type SopClassWith, statuses } from '@dcm/dimse'
import type { OptionKinds } from '@dcm/transport'
import type { ServiceOperation } from '../service-operation.ts'
import type { Service } from '../service.ts'
import { StatusError } from '../status-error.ts'
import { askHandler } from '../sub-operations/ask-handler.ts'
import { collectInstances } from '../sub-operations/collect-instances.ts'
import { deliverTo } from '../sub-operations/deliver-to.ts'
import type { MoveDestination } from '../sub-operations/move-destination.ts'
import { retrieve } from '../sub-operations/retrieve.ts'
import type { RetrieveAnswer } from '../sub-operations/tally.ts'
import { nextUnlessAborted } from '../unless-aborted.ts'
import { codecOf, type DataSetCodec, type WithCodec } from './data-set-codec.ts'
import { requireServiceOptions, retrieveOptions } from './require-service-options.ts'
import {
  queryOf,
  requireRetrieveSettings,
  type RetrieveQuery,
  type RetrieveSettings,
} from './retrieve-settings.ts'
import { supportedSopClasses } from './supported-sop-classes.ts'

export type MoveOptions<T> = MoveSettings<T> & WithCodec<T>

interface MoveSettings<T> extends RetrieveSettings<'C-MOVE-RQ', T> {
  /** Keywords of SOP classes that have C-MOVE; private ones as UIDs. */
  readonly sopClasses: readonly (SopClassWith<'C-MOVE'> | Uid)[]
  /**
   * Where an AE title is, after any look-up; undefined is answered with A801H. Asked before `instances`. Only what it returns is
   * ever connected to.
   */
  readonly destination: (
    aeTitle: string,
    query: RetrieveQuery<'C-MOVE-RQ', T>,
  ) => MoveDestination | undefined | Promise<MoveDestination | undefined>
}

const optionKinds = {
  ...retrieveOptions,
  destination: 'function',
} as const satisfies OptionKinds<MoveOptions<unknown>>

/**
 * C-MOVE of any information model (PS3.4 C.4.2, X, Y…): the instances that the handler yields are stored at the destination, on
 * associations of our own, which are ended on every path.
 *
 * @throws UsageError `DCM_LIMIT_RANGE`, `DCM_OPTION`
 */
export function move<T = Uint8Array>(options: MoveOptions<T>): Service {
  requireServiceOptions('move()', options, optionKinds, ['sopClasses', 'instances', 'destination'])
  requireRetrieveSettings(options)
  const codec = codecOf<T>(options)
  return {
    abstractSyntaxes: supportedSopClasses(options.sopClasses, options),
    handlers: { 'C-MOVE-RQ': (operation) => performMove(operation, options, codec) },
  }
}

async function* performMove<T>(
  operation: ServiceOperation<CommandOf<'C-MOVE-RQ'>>,
  settings: MoveSettings<T>,
  codec: DataSetCodec<T>,
): AsyncGenerator<RetrieveAnswer, RetrieveAnswer, undefined> {
  const query = await queryOf<'C-MOVE-RQ', T>(operation, codec, settings.maximumIdentifierBytes)
  const destination = await resolve(query, settings)
  const instances = await collectInstances(() => settings.instances(query), operation)
  return yield* retrieve(operation, instances, deliverTo(destination, operation), settings)
}

async function resolve<T>(
  query: RetrieveQuery<'C-MOVE-RQ', T>,
  { destination }: MoveSettings<T>,
): Promise<MoveDestination> {
  const { request, signal, logger } = query
  const { moveDestination } = request
  async function* lookUp(): AsyncGenerator<MoveDestination | undefined, undefined, undefined> {
    yield moveDestination === '' ? undefined : await destination(moveDestination, query)
  }
  const late = (error: unknown): void => {
    logger.warn({ err: error }, 'a look-up failed after its end')
  }
  const step = await askHandler(query, () => nextUnlessAborted(lookUp(), signal, late))
  const found = step.done ? undefined : step.value
  if (!found) throw new StatusError(statuses.MoveDestinationUnknown)
  requireDestination(found)
  return found
}

/** From JavaScript: an address alone, for example. */
function requireDestination(found: MoveDestination): void {
  const { address, transport } = Object(found) as Partial<MoveDestination>
  if (address && typeof transport?.connect === 'function') return
  throw new UsageError(
    'destination() gave no destination; allowed is { address, transport }, or undefined for one that is not known',
    'DCM_ANSWER_TYPE',
  )
}
