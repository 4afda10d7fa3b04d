export { describeAssociation, printable, summarizePdu } from './describe/index.ts'
export { type AcceptOptions, type AssociationIndication, receiveAssociation } from './driver/acceptor.ts'
export type { Association, AssociationFacts, PDataReceiver } from './driver/association.ts'
export type { ErrorMessage, PduMessage, TransitionMessage } from './driver/diagnostics.ts'
export { type AbortOrigin, AssociationAbortedError, AssociationRejectedError } from './driver/errors.ts'
export { associationReleased } from './driver/end-errors.ts'
export { ForeignProtocolError } from './driver/foreign-protocol.ts'
export { UnexpectedPduError } from './driver/unexpected-pdu-error.ts'
export type { AssociationOptions } from './driver/options.ts'
export { longestTimeoutMs, requireRange, requireWholeNumber } from './driver/require-range.ts'
export { requireTimeouts } from './driver/require-timeouts.ts'
export { type AssociationRequest, requestAssociation } from './driver/requestor.ts'
export type { AssociationEnd } from './driver/upper-layer.ts'
export { type Wait, Waits } from './driver/waits.ts'
export {
  requireUserIdentityPolicy,
  type UserIdentityContext,
  type UserIdentityIndication,
  type UserIdentityOutcome,
  type UserIdentityPolicy,
  type UserIdentityType,
  type UserPrincipal,
  verifyUserIdentity,
} from './identity/index.ts'
export {
  type Action,
  type AssociationRole,
  type Effect,
  type EventName,
  events,
  type MachineEvent,
  type State,
  states,
  step,
  type Step,
} from './machine/index.ts'
export * from './negotiation/index.ts'
export {
  type AeTitle,
  implementationClassUid,
  implementationVersionName,
  isUid,
  parseAeTitle,
  parseUid,
  type Rejection,
  type Uid,
  UsageError,
} from '@dcm/pdu'
export { TimeoutError } from '@dcm/transport'
