/** The reason of an operation's signal after a C-CANCEL: the peer wants no more of it, but waits for its last response. */
export class OperationCancelledError extends Error {
  override readonly name = 'OperationCancelledError'
  readonly code = 'DCM_CANCELLED_BY_PEER'

  constructor() {
    super('the peer cancelled the operation')
  }
}
