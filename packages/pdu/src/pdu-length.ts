import { associateFixedLengthBytes } from './associate-pdu.ts'
import { PduDecodeError } from './pdu-decode-error.ts'
import type { PduDecoderLimits } from './pdu-decoder-limits.ts'
import { type PduName, pduTypes } from './pdu-types.ts'
import { headerLengthBytes } from './wire/chunk-cursor.ts'

/**
 * Judges a PDU length before anything of the PDU is kept: what the type demands, then what the limits allow.
 * `byteOffset` is that of the length field.
 */
export function requirePduLength(
  name: PduName,
  length: number,
  limits: Required<PduDecoderLimits>,
  byteOffset: number,
): void {
  const { minimum, limit } = allowedLengths(name, limits)
  const pdu = { byteOffset, pduType: pduTypes[name], abortReason: 6 } as const
  if (limit !== undefined && length > limit) {
    throw new PduDecodeError(`${name} length ${String(length)} exceeds the limit of ${String(limit)} bytes`, {
      code: 'DCM_PDU_TOO_LONG',
      ...pdu,
    })
  }
  if (length < minimum || (limit === undefined && length > minimum)) {
    throw new PduDecodeError(
      `${name} length ${String(length)} is not allowed; allowed are ${String(minimum)} bytes${limit === undefined ? '' : ' or more'}`,
      { code: 'DCM_PDU_LENGTH', ...pdu },
    )
  }
}

/** Without a limit the length is fixed. */
function allowedLengths(
  name: PduName,
  limits: Required<PduDecoderLimits>,
): { minimum: number; limit?: number } {
  switch (name) {
    case 'A-ASSOCIATE-RQ':
    case 'A-ASSOCIATE-AC':
      return { minimum: associateFixedLengthBytes, limit: limits.maximumAssociatePduLengthBytes }
    case 'P-DATA-TF':
      // PS3.8 9.3.5: one PDV at least, which has a header at least.
      return { minimum: headerLengthBytes, limit: limits.maximumPDataLengthBytes }
    case 'A-ASSOCIATE-RJ':
    case 'A-RELEASE-RQ':
    case 'A-RELEASE-RP':
    case 'A-ABORT':
      return { minimum: 4 }
  }
}
