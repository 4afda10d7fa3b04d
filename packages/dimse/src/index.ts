export * from './channel/index.ts'
export * from './command/index.ts'
export {
  type ByteSource,
  checkedBatch,
  type CheckedDataSet,
  checkedDataSet,
  type OutgoingDataSet,
  collectDataSet,
  type DataSetStream,
  DataSetTooLongError,
  maximumCollectedBytes,
  MessageProtocolError,
} from './message/index.ts'
export * from './sop-class/index.ts'
export * from './status/index.ts'
