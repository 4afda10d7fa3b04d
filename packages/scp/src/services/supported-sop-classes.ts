import { isUid, type SupportedAbstractSyntax, type Uid } from '@dcm/association'
import { type UidKeyword, uidOf } from '@dcm/dimse'
import { uncompressedTransferSyntaxes } from './uids.ts'

/** What services other than storage negotiate for their SOP classes. */
export interface SopClassOptions {
  /** Default: the three uncompressed ones. */
  readonly transferSyntaxes?: readonly string[]
  /** Answers the requestor's SOP class extended negotiation (56H). Default: unanswered, which grants nothing. */
  readonly extendedNegotiation?: NonNullable<SupportedAbstractSyntax['extendedNegotiation']>
}

/** SOP classes by the keyword of PS3.6 or, private ones, by their UID, as what is negotiated for them. */
export function supportedSopClasses(
  sopClasses: readonly (UidKeyword | Uid)[],
  options: SopClassOptions,
  requestorRoles?: SupportedAbstractSyntax['requestorRoles'],
): SupportedAbstractSyntax[] {
  const { transferSyntaxes = uncompressedTransferSyntaxes, extendedNegotiation } = options
  return sopClasses.map((sopClass) => ({
    abstractSyntax: isUid(sopClass) ? sopClass : uidOf(sopClass),
    transferSyntaxes,
    ...(extendedNegotiation && { extendedNegotiation }),
    ...(requestorRoles && { requestorRoles }),
  }))
}
