import { requireRange, type Uid } from '@dcm/association'
import type { CommandOf, RequestTypeOf, SopClassWith, UidKeyword } from '@dcm/dimse'
import type { OptionKinds } from '@dcm/transport'
import { requireHandlers } from '../require-services.ts'
import type { Handler, Service } from '../service.ts'
import { codecOf, type WithCodec } from './data-set-codec.ts'
import { type DecodedHandler, performDecoded } from './decoded-operation.ts'
import { normalizedOptions, requireServiceOptions } from './require-service-options.ts'
import { type SopClassOptions, supportedSopClasses } from './supported-sop-classes.ts'

/** The requests of DIMSE-N that an SCP performs (PS3.7 10.1). */
export type NormalizedRequestType = 'N-GET-RQ' | 'N-SET-RQ' | 'N-ACTION-RQ' | 'N-CREATE-RQ' | 'N-DELETE-RQ'

/** The keyword of a SOP class with normalized services, or the UID of a private one. */
export type NormalizedSopClass = SopClassWith<'N-GET' | 'N-SET' | 'N-ACTION' | 'N-CREATE' | 'N-DELETE'> | Uid

export type NormalizedOptions<SopClass extends NormalizedSopClass, T> = SopClassOptions &
  WithCodec<T> & {
    readonly sopClasses: readonly SopClass[]
    /** By request; one that none of the SOP classes has does not compile. */
    readonly handlers: { readonly [Type in RequestsOf<SopClass>]?: DecodedHandler<Type, T, SopClass> }
    /** The longest data set that is read, in bytes; a longer one is answered with 0213H. Default 4 MiB. */
    readonly maximumDataSetBytes?: number
  }

type RequestsOf<SopClass extends NormalizedSopClass> = SopClass extends UidKeyword
  ? Extract<RequestTypeOf<SopClass, 'SCP'>, NormalizedRequestType>
  : NormalizedRequestType

const optionKinds = {
  ...normalizedOptions,
  handlers: 'object',
} as const satisfies OptionKinds<NormalizedOptions<Uid, unknown>>

/**
 * N-GET, N-SET, N-ACTION, N-CREATE and N-DELETE of a SOP class (PS3.7 10.1), or of several that share their instances.
 *
 * @throws UsageError `DCM_LIMIT_RANGE`, `DCM_OPTION`
 */
export function normalized<const SopClass extends NormalizedSopClass, T = Uint8Array>(
  options: NormalizedOptions<SopClass, T>,
): Service {
  requireServiceOptions('normalized()', options, optionKinds, ['sopClasses', 'handlers'])
  requireHandlers(options.handlers)
  requireRange('maximumDataSetBytes', options.maximumDataSetBytes ?? 0, 0)
  const decoding = { codec: codecOf<T>(options), maximumDataSetBytes: options.maximumDataSetBytes }
  const handlers: { readonly [Type in NormalizedRequestType]?: DecodedHandler<Type, T> } = options.handlers
  const adapted = <Type extends NormalizedRequestType>(
    handler: DecodedHandler<Type, T> | undefined,
  ): Handler<CommandOf<Type>> | undefined =>
    handler && ((operation) => performDecoded(operation, handler, decoding))
  return {
    abstractSyntaxes: supportedSopClasses(options.sopClasses, options),
    handlers: {
      'N-GET-RQ': adapted(handlers['N-GET-RQ']),
      'N-SET-RQ': adapted(handlers['N-SET-RQ']),
      'N-ACTION-RQ': adapted(handlers['N-ACTION-RQ']),
      'N-CREATE-RQ': adapted(handlers['N-CREATE-RQ']),
      'N-DELETE-RQ': adapted(handlers['N-DELETE-RQ']),
    },
  }
}
