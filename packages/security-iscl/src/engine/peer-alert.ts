import { type IsclReason, reasonOfWireCode } from '../iscl-error.ts'

/** The peer gave up and said so. Thrown inside the engine; answered by nothing. */
export class PeerAlert extends Error {
  override readonly name = 'PeerAlert'
  readonly reason: IsclReason

  constructor(wireCode: number, authenticated: boolean) {
    const reason = reasonOfWireCode(wireCode)
    const proof = authenticated ? '' : ', unauthenticated'
    super(`the peer ended the session: ${reason} (wire code ${String(wireCode)}${proof})`)
    this.reason = reason
  }
}
