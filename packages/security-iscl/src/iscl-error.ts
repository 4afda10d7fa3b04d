import { SecurityError } from '@dcm/transport'

/** Why the layer gave up, with the number that stands on the wire. */
export const ISCL_WIRE_CODES = {
  BAD_MAGIC: 1,
  BAD_TYPE: 2,
  BAD_LENGTH: 3,
  BAD_OPTION: 4,
  BAD_VERSION: 5,
  NO_COMMON_SUITE: 6,
  BAD_PACKET_SIZE: 7,
  AUTH_FAILED: 8,
  BAD_RECORD: 9,
  BAD_EPOCH: 10,
  LIMIT: 11,
  /** Only ever local: whoever cut the connection cannot be told. */
  TRUNCATED: 12,
  TIMEOUT: 13,
  POLICY: 14,
  CLOSED: 15,
  INTERNAL: 16,
} as const

export type IsclReason = keyof typeof ISCL_WIRE_CODES

/** The four phases of a session, in order. */
export type IsclPhase = 'line-connection' | 'authentication' | 'messages' | 'disconnection'

interface IsclErrorOptions {
  readonly phase: IsclPhase
  /** False when the peer reported it. */
  readonly local: boolean
  readonly cause?: unknown
}

/** The layer refused the peer, or the peer refused us. The connection is gone. */
export class IsclError extends SecurityError {
  declare readonly code: `DCM_ISCL_${IsclReason}`
  /** The number in the ALERT packet. */
  readonly wireCode: number
  readonly phase: IsclPhase
  /** Who found the fault: this side, or the peer, whose word is unauthenticated before the messages phase. */
  readonly local: boolean

  constructor(reason: IsclReason, message: string, options: IsclErrorOptions) {
    super(message, { code: `DCM_ISCL_${reason}`, profile: 'iscl', cause: options.cause })
    this.wireCode = ISCL_WIRE_CODES[reason]
    this.phase = options.phase
    this.local = options.local
  }
}

/** The reason a wire code stands for; a code we do not know says no more than INTERNAL. */
export function reasonOfWireCode(wireCode: number): IsclReason {
  for (const [reason, code] of Object.entries(ISCL_WIRE_CODES)) {
    if (code === wireCode) return reason as IsclReason
  }
  return 'INTERNAL'
}
