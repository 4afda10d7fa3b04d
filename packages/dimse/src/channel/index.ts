export { DimseChannel, type DimseChannelOptions, type RequestToSend } from './dimse-channel.ts'
export type { IncomingResponse, Invocation } from './invocation.ts'
export { OperationCancelledError } from './operation-cancelled-error.ts'
export type { Operation, OutgoingDataSet } from './operation.ts'
