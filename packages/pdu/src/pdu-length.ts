import { associateFixedLengthBytes } from './associate-pdu.ts'
import { PduDecodeError } from './pdu-decode-error.ts'
import type { PduDecoderLimits } from './pdu-decoder-limits.ts'
import { type PduName, pduTypes } from './pdu-types.ts'
import { headerLengthBytes } from './wire/chunk-cursor.ts'

/** What a PDU length may be, in bytes. Without a limit it is fixed. */
interface AllowedLength {
  readonly minimum: number
  readonly limit?: number
}

/** What the type of each PDU demands, and the limits allow. */
export function allowedLengths(limits: Required<PduDecoderLimits>): Readonly<Record<PduName, AllowedLength>> {
  const associate = { minimum: associateFixedLengthBytes, limit: limits.maximumAssociatePduLengthBytes }
  const fixed = { minimum: 4 }
  return {
    'A-ASSOCIATE-RQ': associate,
    'A-ASSOCIATE-AC': associate,
    'A-ASSOCIATE-RJ': fixed,
    // PS3.8 9.3.5: one PDV at least, which has a header at least.
    'P-DATA-TF': { minimum: headerLengthBytes, limit: limits.maximumPDataLengthBytes },
    'A-RELEASE-RQ': fixed,
    'A-RELEASE-RP': fixed,
    'A-ABORT': fixed,
  }
}

/** Why a PDU length is refused that is not as `allowedLengths()` says. `byteOffset` is that of the length field. */
export function pduLengthError(
  name: PduName,
  length: number,
  { minimum, limit }: AllowedLength,
  byteOffset: number,
): PduDecodeError {
  const pdu = { byteOffset, pduType: pduTypes[name], abortReason: 6 } as const
  if (limit !== undefined && length > limit) {
    return new PduDecodeError(
      `${name} length ${String(length)} exceeds the limit of ${String(limit)} bytes`,
      {
        code: 'DCM_PDU_TOO_LONG',
        ...pdu,
      },
    )
  }
  return new PduDecodeError(
    `${name} length ${String(length)} is not allowed; allowed are ${String(minimum)} bytes${limit === undefined ? '' : ' or more'}`,
    { code: 'DCM_PDU_LENGTH', ...pdu },
  )
}
