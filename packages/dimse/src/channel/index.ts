export { DimseChannel, type DimseChannelOptions } from './dimse-channel.ts'
export type { IncomingResponse, Invocation } from './invocation.ts'
export { OperationCancelledError } from './operation-cancelled-error.ts'
export type { Operation } from './operation.ts'
export {
  checkedBatch,
  type CheckedDataSet,
  checkedDataSet,
  type OutgoingDataSet,
} from './outgoing-data-set.ts'
export type { RequestToSend } from './request-to-send.ts'
