import type { OutgoingDataSet } from '@dcm/dimse'

/** A SOP instance to send. */
export interface InstanceToStore {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  /** How `dataSet` is written. */
  readonly transferSyntaxUid: string
  /** The data set without its file meta: bytes that are there, or a stream of them, read once. */
  readonly dataSet: OutgoingDataSet
}
