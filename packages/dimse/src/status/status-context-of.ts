import { uidEntry, type UidKeyword } from '@dcm/pdu'
import type { DimseService } from '../sop-class/dimse-services.ts'
import { serviceStatuses } from './service-statuses.ts'
import { serviceMeanings, type StatusContext } from './status-meanings.ts'

/** Whose statuses an operation answers with: those of its service class where that has some, else of its DIMSE service. */
export function statusContextOf(service: DimseService, sopClassUid: string): StatusContext | undefined {
  const keyword = uidEntry(sopClassUid)?.keyword ?? ''
  const contexts: readonly StatusContext[] = serviceStatuses[service].contexts
  const own = Object.hasOwn(sopClassContexts, keyword)
    ? sopClassContexts[keyword as keyof typeof sopClassContexts]
    : undefined
  if (own && contexts.includes(own)) return own
  return isContext(service) ? service : undefined
}

/** The same for the compiler. */
export type StatusContextOf<
  Service extends DimseService,
  Keyword extends UidKeyword,
> = Keyword extends keyof typeof sopClassContexts
  ? (typeof sopClassContexts)[Keyword] extends ContextsOf<Service>
    ? (typeof sopClassContexts)[Keyword]
    : Service & StatusContext
  : Service & StatusContext

export type ContextsOf<Service extends DimseService> = (typeof serviceStatuses)[Service]['contexts'][number]

function isContext(service: string): service is StatusContext {
  return Object.hasOwn(serviceMeanings, service)
}

/** SOP classes with statuses that are not just those of their DIMSE service. */
const sopClassContexts = {
  // PS3.4 C.6.4, Q
  RepositoryQuery: 'repository-query',
  GeneralRelevantPatientInformationQuery: 'relevant-patient-query',
  BreastImagingRelevantPatientInformationQuery: 'relevant-patient-query',
  CardiacRelevantPatientInformationQuery: 'relevant-patient-query',
  // F
  ModalityPerformedProcedureStep: 'procedure-step',
  ModalityPerformedProcedureStepRetrieve: 'procedure-step',
  ModalityPerformedProcedureStepNotification: 'procedure-step',
  // H
  BasicFilmSession: 'print-management',
  BasicFilmBox: 'print-management',
  BasicGrayscaleImageBox: 'print-management',
  BasicColorImageBox: 'print-management',
  BasicAnnotationBox: 'print-management',
  PrintJob: 'print-management',
  PresentationLUT: 'print-management',
  Printer: 'print-management',
  PrinterConfigurationRetrieval: 'print-management',
  BasicGrayscalePrintManagementMeta: 'print-management',
  BasicColorPrintManagementMeta: 'print-management',
  // P
  ProceduralEventLogging: 'application-event',
  SubstanceAdministrationLogging: 'application-event',
  // S
  MediaCreationManagement: 'media-creation',
  // CC; their C-FIND has those of any (PS3.4 Table CC.2.8-2).
  UnifiedProcedureStepPush: 'unified-procedure-step',
  UnifiedProcedureStepWatch: 'unified-procedure-step',
  UnifiedProcedureStepPull: 'unified-procedure-step',
  UnifiedProcedureStepEvent: 'unified-procedure-step',
  UnifiedProcedureStepQuery: 'unified-procedure-step',
  // DD
  RTConventionalMachineVerification: 'rt-machine-verification',
  RTIonMachineVerification: 'rt-machine-verification',
  // KK
  InventoryCreation: 'storage-management',
} as const satisfies Partial<Record<UidKeyword, StatusContext>>
