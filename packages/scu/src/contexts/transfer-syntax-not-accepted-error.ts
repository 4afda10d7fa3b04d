/** The peer takes the SOP class, but not as the instance is written, and it cannot be re-encoded. The association goes on. */
export class TransferSyntaxNotAcceptedError extends Error {
  override readonly name = 'TransferSyntaxNotAcceptedError'
  readonly code = 'DCM_TRANSFER_SYNTAX_NOT_ACCEPTED'
  readonly sopClassUid: string
  /** How the instance is written. */
  readonly transferSyntaxUid: string
  /** What the peer takes for this SOP class. */
  readonly accepted: readonly string[]

  constructor(sopClassUid: string, transferSyntaxUid: string, accepted: readonly string[]) {
    super(
      `the peer does not take ${sopClassUid} in transfer syntax ${transferSyntaxUid}; it takes ${accepted.join(', ')}`,
    )
    this.sopClassUid = sopClassUid
    this.transferSyntaxUid = transferSyntaxUid
    this.accepted = accepted
  }
}
