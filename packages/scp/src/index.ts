export type { AdmissionLimits, AdmissionOptions, AdmissionRates } from './admission/admission-options.ts'
export type { AdmissionSnapshot } from './admission/admission-snapshot.ts'
export type { AeTitleRule, AeTitlesInForce } from './admission/ae-title-rule.ts'
export type { RefusalCounts, RefusalReason } from './admission/refusal.ts'
export type { Rate } from './admission/token-bucket.ts'
export { createScp } from './create-scp.ts'
export type { Logger } from './logger.ts'
export type { ScpOptions } from './options.ts'
export type { Peer } from './peer.ts'
export { ScpClosingError } from './scp-closing-error.ts'
export type {
  AssociationAcceptedMessage,
  AssociationEndedMessage,
  AssociationRejectedMessage,
  OperationEndedMessage,
  RefusedContext,
} from './scp-events.ts'
export type { AbortedAssociation, Scp } from './scp.ts'
export type {
  Answer,
  IncomingDataSet,
  InvokeOptions,
  ReverseInvocation,
  ServiceOperation,
} from './service-operation.ts'
export type { Handler, Handlers, Service } from './service.ts'
export type { DataSetCodec, WithCodec } from './services/data-set-codec.ts'
export type { DecodedAnswer, DecodedHandler, DecodedOperation } from './services/decoded-operation.ts'
export { dicomJson } from './services/dicom-json-codec.ts'
export { eventReports, type EventReportsOptions } from './services/event-reports.ts'
export { find, type FindOptions, type FindQuery } from './services/find.ts'
export { get, type GetOptions } from './services/get.ts'
export { move, type MoveOptions } from './services/move.ts'
export {
  normalized,
  type NormalizedOptions,
  type NormalizedRequestType,
  type NormalizedSopClass,
} from './services/normalized.ts'
export type { RetrieveQuery } from './services/retrieve-settings.ts'
export {
  type ReceivedInstance,
  storage,
  type StorageOptions,
  type StorageTarget,
} from './services/storage.ts'
export { verification } from './services/verification.ts'
export { StatusError, type StatusErrorOptions } from './status-error.ts'
export type { MoveDestination } from './sub-operations/move-destination.ts'
export type { DataSetToSend, RetrievableInstance } from './sub-operations/retrievable-instance.ts'
