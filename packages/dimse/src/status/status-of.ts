import { type Uid, type UidKeyword, UsageError } from '@dcm/pdu'
import type { DimseService } from '../sop-class/dimse-services.ts'
import { describeStatus, serviceMeaning } from './describe-status.ts'
import { normalizedContexts, serviceStatuses, type ServiceStatuses } from './service-statuses.ts'
import type { ContextsOf, StatusContextOf } from './status-context-of.ts'
import type { serviceMeanings, StatusContext } from './status-meanings.ts'

/**
 * What the performer of a service may answer (PS3.7 9.1, 10.1, and the service's annex in PS3.4), for one SOP class or any: the codes by value,
 * `statuses.RefusedOutOfResources` or `0xa700`, and what {@link statusOf} has checked. `0xff00` is none of `StatusOf<'N-GET'>`, nor is a
 * plain number.
 */
export type StatusOf<
  Service extends DimseService,
  SopClass extends UidKeyword | Uid = Uid,
> = Service extends DimseService
  ? | (typeof serviceStatuses)[Service]['general'][number]
    | CodesOf<AnsweredWith<Service, SopClass>>
    | CheckedStatus<Service>
  : never

declare const checkedStatus: unique symbol

/** A code that {@link statusOf} has found to be one of the service. */
export type CheckedStatus<Service extends DimseService> = number & { readonly [checkedStatus]: Service }

/**
 * A code of a range, such as A7xx, A9xx and Cxxx of C-STORE, or that is known only when the program runs; of N-GET, N-SET, N-ACTION and N-CREATE
 * also one that a private SOP class defines: `statusOf('C-STORE', 0xa7ab)`.
 *
 * @throws UsageError `DCM_STATUS_OF_SERVICE` for what is no status of the service
 */
export function statusOf<Service extends DimseService>(
  service: Service,
  code: number,
): CheckedStatus<Service> {
  if (isStatusOf(service, code)) return code as CheckedStatus<Service>
  throw new UsageError(`${describeStatus(code)} is no status of ${service}`, 'DCM_STATUS_OF_SERVICE')
}

function isStatusOf(service: DimseService, code: number): boolean {
  const { general, contexts }: ServiceStatuses = serviceStatuses[service]
  if (general.includes(code)) return true
  if (!Number.isInteger(code)) return false
  if (contexts.some((context) => serviceMeaning(code, context) !== undefined)) return true
  // PS3.7 10.1.2.1.9 and so on: service classes, and so private ones too, have warnings Bxxx, failures Axxx and Cxxx.
  return contexts === normalizedContexts && code >= 0xa000 && code <= 0xcfff
}

/** Of a private SOP class, or one by UID, they are not known: all that the service has. */
type AnsweredWith<
  Service extends DimseService,
  SopClass extends UidKeyword | Uid,
> = SopClass extends UidKeyword ? StatusContextOf<Service, SopClass> : ContextsOf<Service>

type CodesOf<Context extends StatusContext> = Context extends keyof typeof serviceMeanings
  ? keyof (typeof serviceMeanings)[Context]['codes'] | FirstOfRanges<(typeof serviceMeanings)[Context]>
  : never

/** Those that ranges are named after: A700H of A7xx. */
type FirstOfRanges<Meanings> = Meanings extends {
  readonly ranges: readonly (readonly [from: infer From, ...unknown[]])[]
}
  ? From
  : never
