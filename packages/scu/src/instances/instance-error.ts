/** Why an instance cannot be sent. */
export type InstanceErrorCode =
  /** No Part 10 file, one whose file meta does not say what is needed, or a DICOMDIR. */
  | 'DCM_INSTANCE_NOT_PART10'
  /** The file cannot be opened or read. Mostly told before anything is sent; else the association was aborted. */
  | 'DCM_INSTANCE_UNREADABLE'
  /** The file ends inside an element of its data set. Mostly told before anything is sent; else the association was aborted. */
  | 'DCM_INSTANCE_CUT'
  /** The file ended before, or changed while, it was sent: the association was aborted. */
  | 'DCM_INSTANCE_CHANGED'
  /** The data set cannot be written in the transfer syntax that the peer takes. */
  | 'DCM_INSTANCE_NOT_CONVERTIBLE'

/** An instance is at fault, not the peer: nothing of it was kept there. */
export class InstanceError extends Error {
  override readonly name = 'InstanceError'
  readonly code: InstanceErrorCode

  constructor(code: InstanceErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
