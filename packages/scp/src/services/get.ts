import { type CommandOf, type SopClassWith, storageSopClasses, transferSyntaxUids } from '@dcm/dimse'
import type { Uid } from '@dcm/association'
import type { OptionKinds } from '@dcm/transport'
import type { ServiceOperation } from '../service-operation.ts'
import type { Service } from '../service.ts'
import { collectInstances } from '../sub-operations/collect-instances.ts'
import { deliverHere } from '../sub-operations/deliver-here.ts'
import { retrieve } from '../sub-operations/retrieve.ts'
import type { RetrieveAnswer } from '../sub-operations/tally.ts'
import { codecOf, type DataSetCodec, type WithCodec } from './data-set-codec.ts'
import { requireServiceOptions, retrieveOptions } from './require-service-options.ts'
import { queryOf, requireRetrieveSettings, type RetrieveSettings } from './retrieve-settings.ts'
import { supportedSopClasses } from './supported-sop-classes.ts'

export type GetOptions<T> = GetSettings<T> & WithCodec<T>

interface GetSettings<T> extends RetrieveSettings<'C-GET-RQ', T> {
  /** Keywords of SOP classes that have C-GET; private ones as UIDs. */
  readonly sopClasses: readonly (SopClassWith<'C-GET'> | Uid)[]
  /** What requestors may be the SCP of, to be given it; as keywords or UIDs. Default: every storage SOP class of PS3.6. */
  readonly storageSopClasses?: readonly (SopClassWith<'C-STORE'> | Uid)[]
  /** In which these may be negotiated, in the requestor's order. Default: every transfer syntax of PS3.6. */
  readonly storageTransferSyntaxes?: readonly string[]
}

const optionKinds = {
  ...retrieveOptions,
  storageSopClasses: 'array',
  storageTransferSyntaxes: 'array',
} as const satisfies OptionKinds<GetOptions<unknown>>

/**
 * C-GET of any information model (PS3.4 C.4.3, X, Y, Z…): the instances that the handler yields are stored on the same association.
 * One without a context for which the requestor is the SCP fails.
 *
 * @throws UsageError `DCM_LIMIT_RANGE`, `DCM_OPTION`
 */
export function get<T = Uint8Array>(options: GetOptions<T>): Service {
  requireServiceOptions('get()', options, optionKinds, ['sopClasses', 'instances'])
  const {
    storageSopClasses: stored = storageSopClasses,
    storageTransferSyntaxes: transferSyntaxes = transferSyntaxUids,
  } = options
  requireRetrieveSettings(options)
  const codec = codecOf<T>(options)
  return {
    abstractSyntaxes: [
      ...supportedSopClasses(options.sopClasses, options),
      ...supportedSopClasses(stored, { transferSyntaxes }, { scu: false, scp: true }),
    ],
    handlers: { 'C-GET-RQ': (operation) => performGet(operation, options, codec) },
  }
}

async function* performGet<T>(
  operation: ServiceOperation<CommandOf<'C-GET-RQ'>>,
  settings: GetSettings<T>,
  codec: DataSetCodec<T>,
): AsyncGenerator<RetrieveAnswer, RetrieveAnswer, undefined> {
  const query = await queryOf<'C-GET-RQ', T>(operation, codec, settings.maximumIdentifierBytes)
  const instances = await collectInstances(() => settings.instances(query), operation)
  return yield* retrieve(operation, instances, deliverHere(operation), settings)
}
