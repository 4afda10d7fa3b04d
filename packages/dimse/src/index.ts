export * from './channel/index.ts'
export {
  type CommandFault,
  commandFaults,
  type CommandOf,
  type CommandSet,
  decodeCommandSet,
  DimseDecodeError,
  type DimseDecodeErrorCode,
  encodeCommandSet,
  type Outcome,
  responseTo,
  type ResponseTo,
  type UnrecognizedCommand,
  unrecognizedResponse,
} from './command/index.ts'
export type * from './command/requests.ts'
export type * from './command/responses.ts'
export {
  type ByteSource,
  collectDataSet,
  type DataSetStream,
  dataSetBatchBytes,
  DataSetTooLongError,
  maximumCollectedBytes,
  MessageProtocolError,
} from './message/index.ts'
export * from './sop-class/index.ts'
export * from './status/index.ts'
