export type { ByteSource } from './byte-source.ts'
export { collectDataSet, DataSetTooLongError, maximumCollectedBytes } from './collect-data-set.ts'
export { DataSetStream } from './data-set-stream.ts'
export { Fragmenter } from './fragmenter.ts'
export { type Message, MessageAssembler } from './message-assembler.ts'
export {
  checkedBatch,
  type CheckedDataSet,
  checkedDataSet,
  type OutgoingDataSet,
} from './outgoing-data-set.ts'
export { MessageProtocolError } from './message-protocol-error.ts'
