/** What a key may be used for. Rotation goes from `accept-only` on acceptors, to `active`, to `retired`. */
export type KeyStatus = 'active' | 'accept-only' | 'retired'

/** One pre-shared key, for one peer. */
export interface KeySlot {
  /** The identity of the peer that holds the same key: pairwise, never shared by a group. */
  readonly peer: string
  /** 1–255, unique for the peer within its ring; both ends use the same number. */
  readonly index: number
  /** Exactly 32 octets from a random source. Copied. */
  readonly key: Uint8Array
  /** `active` to send with and accept, `accept-only` to accept, `retired` for neither. */
  readonly status: KeyStatus
  /** Not used before; default: always was valid. */
  readonly notBefore?: Date
  /** Not used from here on; default: for ever. Sessions that stand go on. */
  readonly notAfter?: Date
}

export const KEY_STATUSES: readonly KeyStatus[] = ['active', 'accept-only', 'retired']
export const KEY_BYTES = 32
export const MIN_KEY_INDEX = 1
export const MAX_KEY_INDEX = 255
