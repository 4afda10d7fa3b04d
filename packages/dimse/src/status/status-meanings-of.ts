import { uidEntry } from '@dcm/pdu'
import type { DimseService } from '../sop-class/dimse-services.ts'
import { statusCategory, type StatusCategory } from './status-category.ts'
import { serviceStatuses, type StatusContext } from './status-meanings.ts'

/** One status of a service, or a range of them that means the same. */
export interface StatusMeaning {
  readonly from: number
  /** The same as `from` for a single status. */
  readonly to: number
  readonly category: StatusCategory
  readonly meaning: string
}

/** The kinds of status that the responses of a service may have (PS3.7 9.1, 10.1): `'success' | 'failure'` for `'C-ECHO'`. */
export type StatusCategoryOf<Service extends DimseService> = (typeof categories)[Service][number]

const single = ['success', 'warning', 'failure'] as const
const serial = ['success', 'pending', 'warning', 'failure', 'cancel'] as const

const categories = {
  'C-STORE': single,
  // A warning of Repository Query only (PS3.4 C.6.4).
  'C-FIND': serial,
  'C-GET': serial,
  'C-MOVE': serial,
  'C-ECHO': ['success', 'failure'],
  'N-EVENT-REPORT': single,
  'N-GET': single,
  'N-SET': single,
  'N-ACTION': single,
  'N-CREATE': single,
  'N-DELETE': single,
} as const satisfies Record<DimseService, readonly StatusCategory[]>

/** The same when the program runs. */
export function statusCategoriesOf<Service extends DimseService>(
  service: Service,
): readonly StatusCategoryOf<Service>[] {
  return categories[service]
}

/** The statuses that a service of PS3.4 adds to those of PS3.7 Annex C, or reads something else into; by value, ranges last. */
export function statusMeaningsOf(context: StatusContext): readonly StatusMeaning[] {
  const { codes = {}, ranges = [] } = serviceStatuses[context] ?? {}
  return [
    ...Object.entries(codes).map(([code, meaning]) => entry(Number(code), Number(code), meaning)),
    ...ranges.map(([from, to, meaning]) => entry(from, to, meaning)),
  ]
}

/** Whose statuses an operation answers with: those of its service class where that has some, else of its DIMSE service. */
export function statusContextOf(service: DimseService, sopClassUid: string): StatusContext | undefined {
  const { service: serviceClass, keyword } = uidEntry(sopClassUid) ?? {}
  if (keyword === 'RepositoryQuery') return 'repository-query'
  // PS3.4 J.3.2.1.4, J.3.3.1.4: no statuses of its own. The table of that name is of failure reasons.
  if (serviceClass === 'storage-commitment') return undefined
  // PS3.4 Table CC.2.8-2: all of Cxxx is one meaning, where N-ACTION and the others have many.
  if (serviceClass === 'unified-procedure-step' && service === 'C-FIND') return service
  if (serviceClass && serviceStatuses[serviceClass]) return serviceClass
  return isContext(service) ? service : undefined
}

function isContext(service: string): service is StatusContext {
  return Object.hasOwn(serviceStatuses, service)
}

function entry(from: number, to: number, meaning: string): StatusMeaning {
  return { from, to, category: statusCategory(from), meaning }
}
