export type { Abort } from './abort.ts'
export { type AeTitle, isAeTitle, maximumAeTitleLength, parseAeTitle } from './ae-title.ts'
export {
  decodeFindApplicationInformation,
  encodeFindApplicationInformation,
  type FindApplicationInformation,
} from './application-information/find.ts'
export {
  decodeRetrieveApplicationInformation,
  encodeRetrieveApplicationInformation,
  type RetrieveApplicationInformation,
} from './application-information/retrieve.ts'
export {
  decodeStorageApplicationInformation,
  encodeStorageApplicationInformation,
  type StorageApplicationInformation,
} from './application-information/storage.ts'
export type { AssociateAc } from './associate-ac.ts'
export type { AssociatePdu } from './associate-pdu.ts'
export type { AssociateRj, Rejection } from './associate-rj.ts'
export type { AssociateRq } from './associate-rq.ts'
export { encodePdu } from './encode-pdu.ts'
export { implementationClassUid, implementationVersionName } from './implementation.ts'
export type { AsynchronousOperationsWindow } from './items/asynchronous-operations-window.ts'
export type { CommonExtendedNegotiation } from './items/common-extended-negotiation.ts'
export type { ExtendedNegotiation } from './items/extended-negotiation.ts'
export type {
  PresentationContextAnswer,
  PresentationContextResult,
} from './items/presentation-context-answer.ts'
export type { ProposedPresentationContext } from './items/proposed-presentation-context.ts'
export type { RoleSelection } from './items/role-selection.ts'
export type { UnknownItem } from './items/unknown-item.ts'
export type { UserIdentityResponse } from './items/user-identity-response.ts'
export type { UserIdentity } from './items/user-identity.ts'
export type { UserInformation } from './items/user-information.ts'
export { encodePDataTf, encodePDataTfs, type PDataTfStart, type Pdv, type PdvFragment } from './p-data-tf.ts'
export { type AbortReason, PduDecodeError, type PduDecodeErrorCode } from './pdu-decode-error.ts'
export type { PduDecoderLimits } from './pdu-decoder-limits.ts'
export { PduDecoder } from './pdu-decoder.ts'
export type { ControlPdu, PduEvent } from './pdu.ts'
export type { ReleaseRp } from './release-rp.ts'
export type { ReleaseRq } from './release-rq.ts'
export {
  transferSyntax,
  type TransferSyntax,
  transferSyntaxes,
  type TransferSyntaxFacts,
} from './registry/transfer-syntax.ts'
export { sopClasses, uidEntries, type UidEntry, uidEntry, uidName, uidOf } from './registry/uid-entry.ts'
export type { SopClassService, TransferSyntaxKeyword, UidKeyword, UidType } from './registry/uid-table.ts'
export * from './registry/well-known-uids.ts'
export { isUid, type MalformedUid, maximumUidLength, parseUid, type ReceivedUid, type Uid } from './uid.ts'
export { UsageError } from './usage-error.ts'
