import type { DimseService } from '../sop-class/dimse-services.ts'
import type { StatusCategory } from './status-category.ts'
import type { StatusContext } from './status-meanings.ts'
import { statuses } from './statuses.ts'

/** What the responses of a service may say. */
export interface ServiceStatuses {
  readonly categories: readonly StatusCategory[]
  /** Those of PS3.7. */
  readonly general: readonly number[]
  /** Whose statuses of PS3.4 come on top: that of the SOP class where it is among them, else the service's own. */
  readonly contexts: readonly StatusContext[]
}

/** The kinds of status that the responses of a service may have: `'success' | 'failure'` for `'C-ECHO'`. */
export type StatusCategoryOf<Service extends DimseService> =
  (typeof serviceStatuses)[Service]['categories'][number]

/** The same when the program runs. */
export function statusCategoriesOf<Service extends DimseService>(
  service: Service,
): readonly StatusCategoryOf<Service>[] {
  return serviceStatuses[service].categories
}

const single = ['success', 'warning', 'failure'] as const
const serial = ['success', 'pending', 'warning', 'failure', 'cancel'] as const

const anyOperation = [
  statuses.Success,
  statuses.DuplicateInvocation,
  statuses.UnrecognizedOperation,
  statuses.MistypedArgument,
] as const
const retrieve = [
  ...anyOperation,
  statuses.Cancel,
  statuses.SopClassNotSupported,
  statuses.NotAuthorized,
] as const
const normalized = [
  ...anyOperation,
  statuses.ProcessingFailure,
  statuses.InvalidSopInstance,
  statuses.NoSuchSopClass,
  statuses.ResourceLimitation,
] as const
const ofInstance = [...normalized, statuses.NoSuchSopInstance, statuses.ClassInstanceConflict] as const
const ofAttributes = [
  statuses.AttributeListError,
  statuses.AttributeValueOutOfRange,
  statuses.NoSuchAttribute,
  statuses.InvalidAttributeValue,
  statuses.MissingAttributeValue,
] as const
const ofArguments = [statuses.NoSuchArgument, statuses.InvalidArgumentValue] as const

/** The service classes of PS3.4 with statuses for N-GET, N-SET, N-ACTION and N-CREATE. */
export const normalizedContexts = [
  'procedure-step',
  'print-management',
  'application-event',
  'media-creation',
  'storage-management',
  'unified-procedure-step',
  'rt-machine-verification',
] as const

/** What the performer of a service may answer (PS3.7 9.1, 10.1): the source of {@link StatusOf} and of {@link statusOf}. */
export const serviceStatuses = {
  // PS3.7 9.1.1.1.9
  'C-STORE': {
    categories: single,
    general: [
      ...anyOperation,
      statuses.InvalidSopInstance,
      statuses.SopClassNotSupported,
      statuses.NotAuthorized,
    ],
    contexts: ['C-STORE'],
  },
  // PS3.7 9.1.2.1.6; a warning of Repository Query only (PS3.4 C.6.4).
  'C-FIND': {
    categories: serial,
    general: [statuses.Success, statuses.Cancel, statuses.SopClassNotSupported],
    contexts: ['C-FIND', 'repository-query', 'relevant-patient-query'],
  },
  // PS3.7 9.1.3.1.6
  'C-GET': { categories: serial, general: retrieve, contexts: ['C-GET'] },
  // PS3.7 9.1.4.1.7
  'C-MOVE': { categories: serial, general: retrieve, contexts: ['C-MOVE'] },
  // PS3.7 9.1.5.1.4
  'C-ECHO': {
    categories: ['success', 'failure'],
    general: [...anyOperation, statuses.SopClassNotSupported],
    contexts: [],
  },
  // PS3.7 10.1.1.1.8
  'N-EVENT-REPORT': {
    categories: single,
    general: [...ofInstance, ...ofArguments, statuses.NoSuchEventType],
    contexts: [],
  },
  // PS3.7 10.1.2.1.9; 0001H of PS3.4 F.8, S.3 and CC.2.7.
  'N-GET': {
    categories: single,
    general: [
      ...ofInstance,
      statuses.NotAuthorized,
      statuses.AttributeListError,
      statuses.OptionalAttributesNotSupported,
    ],
    contexts: normalizedContexts,
  },
  // PS3.7 10.1.3.1.9; 0001H of PS3.4 CC.2.6.
  'N-SET': {
    categories: single,
    general: [
      ...ofInstance,
      ...ofAttributes,
      statuses.NotAuthorized,
      statuses.OptionalAttributesNotSupported,
    ],
    contexts: normalizedContexts,
  },
  // PS3.7 10.1.4.1.10
  'N-ACTION': {
    categories: single,
    general: [...ofInstance, ...ofArguments, statuses.NotAuthorized, statuses.NoSuchActionType],
    contexts: normalizedContexts,
  },
  // PS3.7 10.1.5.1.6
  'N-CREATE': {
    categories: single,
    general: [
      ...normalized,
      ...ofAttributes,
      statuses.NotAuthorized,
      statuses.MissingAttribute,
      statuses.DuplicateSopInstance,
    ],
    contexts: normalizedContexts,
  },
  // PS3.7 10.1.6.1.7
  'N-DELETE': { categories: single, general: [...ofInstance, statuses.NotAuthorized], contexts: [] },
} as const satisfies Record<DimseService, ServiceStatuses>
