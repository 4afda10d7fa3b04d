import { uidEntry, type UidKeyword } from '@dcm/pdu'
import { storageSopClasses } from './storage-sop-classes.ts'

/** The eleven services of PS3.7 9.1 and 10.1. */
export type DimseService =
  | 'C-STORE'
  | 'C-FIND'
  | 'C-GET'
  | 'C-MOVE'
  | 'C-ECHO'
  | 'N-EVENT-REPORT'
  | 'N-GET'
  | 'N-SET'
  | 'N-ACTION'
  | 'N-CREATE'
  | 'N-DELETE'

/** The service of a request: `ServiceOf<'C-STORE-RQ'>` is `'C-STORE'`. */
export type ServiceOf<Type extends `${DimseService}-RQ`> =
  Type extends `${infer Service extends DimseService}-RQ` ? Service : never

/**
 * The services of a SOP class (PS3.4), whichever role performs them: `performerOf` tells. Empty for private and unknown
 * ones, for those retired with their service, and where no DIMSE service applies.
 */
export function dimseServicesOf(sopClassUid: string): readonly DimseService[] {
  if (storage.has(sopClassUid)) return storageServices
  const keyword = uidEntry(sopClassUid)?.keyword ?? ''
  return Object.hasOwn(table, keyword) ? table[keyword as keyof typeof table] : []
}

/** The same for the compiler: `DimseServiceOf<'Verification'>` is `'C-ECHO'`. */
export type DimseServiceOf<Keyword extends UidKeyword> = Keyword extends keyof typeof table
  ? (typeof table)[Keyword][number]
  : Keyword extends SopClassWith<'C-STORE'>
    ? 'C-STORE'
    : never

/** The keywords of the SOP classes that have one of these services: `SopClassWith<'C-FIND'>`. */
export type SopClassWith<Service extends DimseService> =
  | {
      [Keyword in keyof typeof table]: Service & (typeof table)[Keyword][number] extends never
        ? never
        : Keyword
    }[keyof typeof table]
  | ('C-STORE' extends Service ? Exclude<Extract<UidKeyword, StorageKeyword>, NotStored> : never)

/** The service class itself, and what exists in files only (PS3.10). */
type NotStored = 'Storage' | 'MediaStorageDirectoryStorage'

type StorageKeyword = `${string}Storage` | `${string}Storage${'Trial' | 'Retired' | `For${string}`}`

const storage: ReadonlySet<string> = new Set(storageSopClasses)
const storageServices = ['C-STORE'] as const

const find = ['C-FIND'] as const
const move = ['C-MOVE'] as const
const get = ['C-GET'] as const
const filmBox = ['N-CREATE', 'N-SET', 'N-DELETE', 'N-ACTION'] as const
const printer = ['N-EVENT-REPORT', 'N-GET'] as const
const printManagement = [...filmBox, ...printer] as const
const machineVerification = ['N-CREATE', 'N-SET', 'N-GET', 'N-EVENT-REPORT', 'N-ACTION', 'N-DELETE'] as const

/** All but storage, by the annexes of PS3.4. */
const table = {
  // A
  Verification: ['C-ECHO'],
  // C
  PatientRootQueryRetrieveInformationModelFind: find,
  PatientRootQueryRetrieveInformationModelMove: move,
  PatientRootQueryRetrieveInformationModelGet: get,
  StudyRootQueryRetrieveInformationModelFind: find,
  StudyRootQueryRetrieveInformationModelMove: move,
  StudyRootQueryRetrieveInformationModelGet: get,
  PatientStudyOnlyQueryRetrieveInformationModelFind: find,
  PatientStudyOnlyQueryRetrieveInformationModelMove: move,
  PatientStudyOnlyQueryRetrieveInformationModelGet: get,
  RepositoryQuery: find,
  // F
  ModalityPerformedProcedureStep: ['N-CREATE', 'N-SET'],
  ModalityPerformedProcedureStepRetrieve: ['N-GET'],
  ModalityPerformedProcedureStepNotification: ['N-EVENT-REPORT'],
  // H
  BasicFilmSession: filmBox,
  BasicFilmBox: filmBox,
  BasicGrayscaleImageBox: ['N-SET'],
  BasicColorImageBox: ['N-SET'],
  BasicAnnotationBox: ['N-SET'],
  PrintJob: printer,
  PresentationLUT: ['N-CREATE', 'N-DELETE'],
  Printer: printer,
  PrinterConfigurationRetrieval: ['N-GET'],
  BasicGrayscalePrintManagementMeta: printManagement,
  BasicColorPrintManagementMeta: printManagement,
  // J
  StorageCommitmentPushModel: ['N-ACTION', 'N-EVENT-REPORT'],
  // K
  ModalityWorklistInformationModelFind: find,
  // P
  ProceduralEventLogging: ['N-ACTION'],
  SubstanceAdministrationLogging: ['N-ACTION'],
  // Q
  GeneralRelevantPatientInformationQuery: find,
  BreastImagingRelevantPatientInformationQuery: find,
  CardiacRelevantPatientInformationQuery: find,
  // R
  InstanceAvailabilityNotification: ['N-CREATE'],
  // S
  MediaCreationManagement: ['N-CREATE', 'N-ACTION', 'N-GET'],
  // U
  HangingProtocolInformationModelFind: find,
  HangingProtocolInformationModelMove: move,
  HangingProtocolInformationModelGet: get,
  // V
  ProductCharacteristicsQuery: find,
  SubstanceApprovalQuery: find,
  // X
  ColorPaletteQueryRetrieveInformationModelFind: find,
  ColorPaletteQueryRetrieveInformationModelMove: move,
  ColorPaletteQueryRetrieveInformationModelGet: get,
  // Y, Z
  CompositeInstanceRootRetrieveMove: move,
  CompositeInstanceRootRetrieveGet: get,
  CompositeInstanceRetrieveWithoutBulkDataGet: get,
  // BB
  GenericImplantTemplateInformationModelFind: find,
  GenericImplantTemplateInformationModelMove: move,
  GenericImplantTemplateInformationModelGet: get,
  ImplantAssemblyTemplateInformationModelFind: find,
  ImplantAssemblyTemplateInformationModelMove: move,
  ImplantAssemblyTemplateInformationModelGet: get,
  ImplantTemplateGroupInformationModelFind: find,
  ImplantTemplateGroupInformationModelMove: move,
  ImplantTemplateGroupInformationModelGet: get,
  // CC
  UnifiedProcedureStepPush: ['N-CREATE', 'N-ACTION', 'N-GET'],
  UnifiedProcedureStepWatch: ['N-ACTION', 'N-GET', 'C-FIND'],
  UnifiedProcedureStepPull: ['C-FIND', 'N-GET', 'N-SET', 'N-ACTION'],
  UnifiedProcedureStepEvent: ['N-EVENT-REPORT'],
  UnifiedProcedureStepQuery: find,
  // DD
  RTConventionalMachineVerification: machineVerification,
  RTIonMachineVerification: machineVerification,
  // EE
  DisplaySystem: ['N-GET'],
  // HH
  DefinedProcedureProtocolInformationModelFind: find,
  DefinedProcedureProtocolInformationModelMove: move,
  DefinedProcedureProtocolInformationModelGet: get,
  // II
  ProtocolApprovalInformationModelFind: find,
  ProtocolApprovalInformationModelMove: move,
  ProtocolApprovalInformationModelGet: get,
  // JJ
  InventoryFind: find,
  InventoryMove: move,
  InventoryGet: get,
  // KK
  InventoryCreation: ['N-ACTION', 'N-EVENT-REPORT'],
} as const satisfies Partial<Record<UidKeyword, readonly DimseService[]>>
