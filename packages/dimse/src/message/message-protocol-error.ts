/** The peer's messages do not follow PS3.7 and PS3.8 Annex E; the association is aborted. */
export class MessageProtocolError extends Error {
  override readonly name = 'MessageProtocolError'
  readonly code: string

  constructor(message: string, code: string) {
    super(message)
    this.code = code
  }
}
