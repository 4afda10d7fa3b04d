export { DataSetTooLongError } from '@dcm/dimse'
export { associate } from './associate.ts'
export type {
  AssociateOptions,
  AssociateTarget,
  ContextToPropose,
  InstanceToPropose,
  SopClassKinship,
} from './associate-options.ts'
export type { CallOptions } from './calls/call-options.ts'
export type { ScuOperationEndedMessage } from './calls/diagnostics.ts'
export type { ResponseStream } from './calls/response-stream.ts'
export { UnexpectedResponseError } from './calls/unexpected-response-error.ts'
export { ContextNotAcceptedError, type ContextRefusal } from './contexts/context-not-accepted-error.ts'
export { contextsForGet, type ContextsForGetOptions } from './contexts/contexts-for-get.ts'
export { type QueryModel, queryModels } from './contexts/query-models.ts'
export { TransferSyntaxNotAcceptedError } from './contexts/transfer-syntax-not-accepted-error.ts'
export type { Identifier } from './identifiers/encode-for.ts'
export type { EncodedDataSet } from './identifiers/encoded-data-set.ts'
export type { ReceivedDataSet } from './identifiers/received-data-set.ts'
export { InstanceError, type InstanceErrorCode } from './instances/instance-error.ts'
export type { InstanceToStore } from './instances/instance.ts'
export { openPart10, type Part10File } from './instances/part10-file.ts'
export { AssociationPool, type AssociationPoolOptions, type PoolRequest } from './pool/association-pool.ts'
export { AskedFor } from './reverse/asked-for.ts'
export type { EventReport, EventReportHandler } from './reverse/event-report.ts'
export type { InstanceSink, RefusedInstance, RetrievedInstance } from './reverse/receive-sub-operation.ts'
export type { ScuAssociation } from './scu-association.ts'
export type { FindMatch, FindOptions, Query } from './services/find.ts'
export { filesIn } from './send/files-in.ts'
export { sendFiles } from './send/send-files.ts'
export type { RetryOptions, SendEvent, SendOptions } from './send/send-options.ts'
export type { SendOutcome, SendResult, SendSummary, SendSummaryRow } from './send/send-result.ts'
export type { GetOptions } from './services/get.ts'
export type { MoveOptions } from './services/move.ts'
export type {
  NActionRequest,
  NCreateRequest,
  NEventReportRequest,
  NGetRequest,
  NSetRequest,
} from './services/normalized-services.ts'
export type {
  InstanceReference,
  NormalizedOptions,
  NormalizedResponse,
  NormalizedResult,
} from './services/normalized.ts'
export type { Retrieval, RetrieveProgress, RetrieveResult } from './services/retrieval.ts'
export {
  type CommitmentReport,
  storageCommitment,
  type UncommittedInstance,
} from './services/storage-commitment.ts'
export type { StoreOptions, Transcode } from './services/store.ts'
export type { UserIdentity } from './user-identity.ts'
