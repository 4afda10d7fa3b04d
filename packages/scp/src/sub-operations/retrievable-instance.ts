import type { OutgoingDataSet } from '@dcm/dimse'

/** A SOP instance that a C-MOVE or C-GET is to deliver. It costs nothing until it is its turn. */
export interface RetrievableInstance {
  readonly sopClassUid: string
  readonly sopInstanceUid: string
  /** How its data set is kept, and is sent where the peer takes that. */
  readonly transferSyntaxUid: string
  /**
   * Transfer syntaxes that `open` can give instead, the best first. Default: none. What is kept in Implicit or Explicit VR Little Endian,
   * in Explicit VR Big Endian or deflated is written in one of the first two while it is sent, where the peer takes nothing else. The rest fails.
   */
  readonly otherTransferSyntaxUids?: readonly string[]
  /**
   * The data set without its file meta, in that transfer syntax. Asked when it can be sent at once; a failure fails this instance
   * only. A failure after the first bytes ends the association, as half a data set cannot be taken back.
   */
  open(transferSyntaxUid: string): DataSetToSend | Promise<DataSetToSend>
}

/**
 * Bytes that are there, or a stream of them, a Node.js `Readable` for one. It is closed on every path: an iteration returns, and
 * what is disposable is disposed of.
 */
export type DataSetToSend = OutgoingDataSet | AsyncIterable<Uint8Array>
