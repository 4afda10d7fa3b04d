// The shapes the layers above stand on; the codec's files take them over.
import type { Uid } from './uid.ts'

export interface ProposedPresentationContext {
  /** Odd, 1–255, unique in the request. */
  readonly presentationContextId: number
  readonly abstractSyntax: Uid
  /** In the requestor's order of preference. */
  readonly transferSyntaxes: readonly Uid[]
}

/** PS3.8 9.3.3.2: 0 acceptance, 1 user rejection, 2 no reason, 3 abstract syntax, 4 transfer syntaxes not supported. */
export type PresentationContextResult = 0 | 1 | 2 | 3 | 4

export interface PresentationContextAnswer {
  readonly presentationContextId: number
  readonly result: PresentationContextResult
  /** Significant only with result 0. */
  readonly transferSyntax: Uid
}

export interface UserInformation {
  /** 51H, in bytes, 0 = unlimited. */
  readonly maximumLength?: number
  readonly implementationClassUid?: Uid
  readonly implementationVersionName?: string
  readonly asynchronousOperationsWindow?: {
    readonly maximumNumberOperationsInvoked: number
    readonly maximumNumberOperationsPerformed: number
  }
  readonly roleSelections?: readonly RoleSelection[]
  readonly extendedNegotiations?: readonly ExtendedNegotiation[]
  readonly commonExtendedNegotiations?: readonly CommonExtendedNegotiation[]
  readonly userIdentity?: UserIdentity
  readonly userIdentityResponse?: { readonly serverResponse: Uint8Array }
  readonly unknownSubItems?: readonly UnknownItem[]
}
export interface RoleSelection {
  readonly sopClassUid: Uid
  readonly scuRole: boolean
  readonly scpRole: boolean
}
export interface ExtendedNegotiation {
  readonly sopClassUid: Uid
  readonly serviceClassApplicationInformation: Uint8Array
}
export interface CommonExtendedNegotiation {
  readonly sopClassUid: Uid
  readonly serviceClassUid: Uid
  readonly relatedGeneralSopClassUids: readonly Uid[]
}
export interface UserIdentity {
  /** 1 username, 2 username and passcode, 3 Kerberos, 4 SAML, 5 JWT; others kept as received. */
  readonly userIdentityType: number
  readonly positiveResponseRequested: boolean
  readonly primaryField: Uint8Array
  readonly secondaryField: Uint8Array
}
export interface UnknownItem {
  readonly itemType: number
  readonly data: Uint8Array
}

interface AssociatePdu {
  /** Bit field; only bit 0 is tested (PS3.8 9.3.2). Ours is 0x0001. */
  readonly protocolVersion: number
  /** Without the padding spaces; as received it may be empty or hold what an AeTitle may not. */
  readonly calledAeTitle: string
  readonly callingAeTitle: string
  readonly applicationContextName: Uid
  readonly userInformation: UserInformation
  readonly unknownItems?: readonly UnknownItem[]
}
export interface AssociateRq extends AssociatePdu {
  readonly type: 'A-ASSOCIATE-RQ'
  readonly presentationContexts: readonly ProposedPresentationContext[]
}
export interface AssociateAc extends AssociatePdu {
  readonly type: 'A-ASSOCIATE-AC'
  readonly presentationContexts: readonly PresentationContextAnswer[]
}

/** PS3.8 Table 9-21: the reasons belong to their source. */
export type Rejection = { readonly result: 1 | 2 } & (
  | { readonly source: 1; readonly reason: 1 | 2 | 3 | 7 }
  | { readonly source: 2; readonly reason: 1 | 2 }
  | { readonly source: 3; readonly reason: 1 | 2 }
)
export interface AssociateRj {
  readonly type: 'A-ASSOCIATE-RJ'
  readonly result: number
  readonly source: number
  readonly reason: number
}
export interface ReleaseRq {
  readonly type: 'A-RELEASE-RQ'
}
export interface ReleaseRp {
  readonly type: 'A-RELEASE-RP'
}
export interface Abort {
  readonly type: 'A-ABORT'
  /** 0 service-user, 2 service-provider. */
  readonly source: number
  /** PS3.8 Table 9-26; 0 unless the source is 2. */
  readonly reason: number
}

/** Every PDU that is decoded whole. */
export type ControlPdu = AssociateRq | AssociateAc | AssociateRj | ReleaseRq | ReleaseRp | Abort

/** A P-DATA-TF has begun; its PDVs follow as fragments. */
export interface PDataTfStart {
  readonly type: 'P-DATA-TF'
  /** The PDU length field, in bytes. */
  readonly length: number
}
/** Consecutive bytes of one PDV, as a view of the pushed chunk. */
export interface PdvFragment {
  readonly type: 'PDV'
  readonly presentationContextId: number
  /** Message control header bit 0: command, else data set. */
  readonly isCommand: boolean
  /** Message control header bit 1: this PDV is the last of the command or data set. */
  readonly isLast: boolean
  /** Valid as long as the pushed chunk is. Empty only for a PDV without content. */
  readonly data: Uint8Array
  /** `data` completes the PDV. */
  readonly endOfPdv: boolean
  /** `data` completes the P-DATA-TF. */
  readonly endOfPdu: boolean
}
export type PduEvent = ControlPdu | PDataTfStart | PdvFragment

/** One PDV to send. */
export interface Pdv {
  readonly presentationContextId: number
  readonly isCommand: boolean
  readonly isLast: boolean
  /** The runs of bytes that make up the PDV's content; never copied. */
  readonly data: readonly Uint8Array[]
}

export interface PduDecoderLimits {
  /** Largest A-ASSOCIATE-RQ/AC PDU length field, in bytes. Default 1048576. */
  readonly maximumAssociatePduLengthBytes?: number
  /** Largest P-DATA-TF PDU length field, in bytes. Default: what an unsigned 32-bit length can say. */
  readonly maximumPDataLengthBytes?: number
}

/** Bytes in, PDUs out. Sans-IO. */
export interface PduDecoderContract {
  /** Hands the next bytes over; they stay in use until `next()` returns undefined. */
  push(chunk: Uint8Array): void
  /** The next event, or undefined when more bytes are needed. @throws PduDecodeError; after that, again and always. */
  next(): PduEvent | undefined
  /** Bytes of an unfinished PDU copied and kept. */
  readonly heldBytes: number
  /** Whether the bytes so far end in the middle of a PDU. */
  readonly midPdu: boolean
}
