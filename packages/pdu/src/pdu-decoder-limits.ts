import { associateFixedLengthBytes } from './associate-pdu.ts'
import { UsageError } from './usage-error.ts'
import { headerLengthBytes } from './wire/chunk-cursor.ts'

/** What a decoder accepts at most. A PDU over its length is refused when its header is read, before anything of it is kept. */
export interface PduDecoderLimits {
  /**
   * Largest PDU length field of an A-ASSOCIATE-RQ or AC, in bytes; these are kept until whole. Default 1048576: 128 contexts, each
   * with all 63 transfer syntaxes of PS3.6 at 64 characters, and a full user information item take 610 KiB.
   */
  readonly maximumAssociatePduLengthBytes?: number
  /**
   * Most items and sub-items in one A-ASSOCIATE-RQ or AC. Default 16384: 128 contexts, each with all 63 transfer syntaxes, have
   * 8320. Without it 1 MiB of empty items would become 80 MB of objects.
   */
  readonly maximumAssociateItems?: number
  /**
   * Largest PDU length field of a P-DATA-TF, in bytes. Default 4294967295, all that the field can say: a P-DATA-TF is never
   * kept, so its length costs nothing.
   */
  readonly maximumPDataLengthBytes?: number
}

/** Every limit, as given or by default. @throws UsageError `DCM_LIMIT_RANGE` */
export function resolveLimits(limits: PduDecoderLimits): Required<PduDecoderLimits> {
  const {
    maximumAssociatePduLengthBytes = 1_048_576,
    maximumAssociateItems = 16_384,
    maximumPDataLengthBytes = 0xffffffff,
  } = limits
  requireLimit('maximumAssociatePduLengthBytes', maximumAssociatePduLengthBytes, associateFixedLengthBytes)
  // PS3.8 9.3.2: an application context, a presentation context with its abstract syntax, the user information.
  requireLimit('maximumAssociateItems', maximumAssociateItems, 4)
  requireLimit('maximumPDataLengthBytes', maximumPDataLengthBytes, headerLengthBytes)
  return { maximumAssociatePduLengthBytes, maximumAssociateItems, maximumPDataLengthBytes }
}

function requireLimit(name: string, value: number, minimum: number): void {
  if (Number.isInteger(value) && value >= minimum && value <= 0xffffffff) return
  throw new UsageError(
    `${name} ${String(value)} is out of range; allowed are ${String(minimum)} to 4294967295`,
    'DCM_LIMIT_RANGE',
  )
}
