/** The peer answered with something that is no answer to the request (PS3.7 9.1, 10.1); the association was aborted. */
export class UnexpectedResponseError extends Error {
  override readonly name = 'UnexpectedResponseError'
  readonly code = 'DCM_UNEXPECTED_RESPONSE'
}
