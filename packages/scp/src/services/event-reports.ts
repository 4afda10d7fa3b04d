import { requireRange, type Uid } from '@dcm/association'
import type { SopClassWith } from '@dcm/dimse'
import type { OptionKinds } from '@dcm/transport'
import type { Service } from '../service.ts'
import { codecOf, type WithCodec } from './data-set-codec.ts'
import { type DecodedHandler, performDecoded } from './decoded-operation.ts'
import { normalizedOptions, requireServiceOptions } from './require-service-options.ts'
import { type SopClassOptions, supportedSopClasses } from './supported-sop-classes.ts'

export type EventReportsOptions<T> = SopClassOptions &
  WithCodec<T> & {
    /** Keywords of SOP classes that have N-EVENT-REPORT; private ones as UIDs. */
    readonly sopClasses: readonly (SopClassWith<'N-EVENT-REPORT'> | Uid)[]
    readonly handler: DecodedHandler<'N-EVENT-REPORT-RQ', T>
    /** The longest event information that is read, in bytes; a longer one is answered with 0213H. Default 4 MiB. */
    readonly maximumDataSetBytes?: number
  }

const optionKinds = {
  ...normalizedOptions,
  handler: 'function',
} as const satisfies OptionKinds<EventReportsOptions<unknown>>

/**
 * Takes N-EVENT-REPORT from an SCP that reports on an association of its own (PS3.4 J.3.3 for storage commitment): a requestor that
 * proposes itself as SCP (PS3.7 D.3.3.4). Here we are the SCU.
 *
 * @throws UsageError `DCM_LIMIT_RANGE`, `DCM_OPTION`
 */
export function eventReports<T = Uint8Array>(options: EventReportsOptions<T>): Service {
  requireServiceOptions('eventReports()', options, optionKinds, ['sopClasses', 'handler'])
  const { sopClasses, handler, maximumDataSetBytes } = options
  requireRange('maximumDataSetBytes', maximumDataSetBytes ?? 0, 0)
  const decoding = { codec: codecOf<T>(options), maximumDataSetBytes }
  return {
    abstractSyntaxes: supportedSopClasses(sopClasses, options, { scu: false, scp: true }),
    handlers: { 'N-EVENT-REPORT-RQ': (operation) => performDecoded(operation, handler, decoding) },
  }
}
