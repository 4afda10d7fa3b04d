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
  const { minimum, maximum } = allowedLengths(name, limits)
  if (length >= minimum && length <= maximum) return
  const pdu = { byteOffset, pduType: pduTypes[name], abortReason: 6 } as const
  if (length > maximum && maximum !== minimum) {
    throw new PduDecodeError(
      `${name} length ${String(length)} exceeds the limit of ${String(maximum)} bytes`,
      {
        code: 'DCM_PDU_TOO_LONG',
        ...pdu,
      },
    )
  }
  throw new PduDecodeError(
    `${name} length ${String(length)} is not allowed; allowed are ${String(minimum)} bytes${maximum === minimum ? '' : ' or more'}`,
    { code: 'DCM_PDU_LENGTH', ...pdu },
  )
}

function allowedLengths(name: PduName, limits: Required<PduDecoderLimits>) {
  switch (name) {
    case 'A-ASSOCIATE-RQ':
    case 'A-ASSOCIATE-AC':
      return { minimum: associateFixedLengthBytes, maximum: limits.maximumAssociatePduLengthBytes }
    case 'P-DATA-TF':
      // PS3.8 9.3.5: one PDV at least, which has a header at least.
      return { minimum: headerLengthBytes, maximum: limits.maximumPDataLengthBytes }
    case 'A-ASSOCIATE-RJ':
    case 'A-RELEASE-RQ':
    case 'A-RELEASE-RP':
    case 'A-ABORT':
      return { minimum: 4, maximum: 4 }
  }
}
