/** The reason of an operation's signal when its SCP closes, and there is just time left to answer. */
export class ScpClosingError extends Error {
  override readonly name = 'ScpClosingError'
  readonly code = 'DCM_SCP_CLOSING'

  constructor() {
    super('the SCP is closing')
  }
}
