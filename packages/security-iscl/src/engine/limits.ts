/** Packet sizes, header included, that may be agreed on. */
export const MIN_PACKET_BYTES = 4096
export const MAX_PACKET_BYTES = 16 * 1024 * 1024

/** The epoch is one octet and must not come round. */
export const MAX_EPOCH = 255

/** When a direction takes new keys, and what it takes of the peer's. Octets are those on the wire. */
export interface EpochLimits {
  /** Sending: REKEY once this many octets went out. Default 2^36: 2^32 AES blocks, far below GCM's bound. */
  readonly rekeyAfterBytes: number
  /** Sending: REKEY once this many packets went out. Default 2^24, just below the 2^24.5 records of RFC 8446 5.5. */
  readonly rekeyAfterPackets: number
  /** Receiving: a peer that sends more under one key is refused. Default 2^38. */
  readonly hardStopBytes: number
  /** Receiving: a REKEY sooner is refused, as each costs us three key derivations. Default 1 MiB. */
  readonly minBytesBetweenRekeys: number
}

export const DEFAULT_EPOCH_LIMITS: EpochLimits = {
  rekeyAfterBytes: 2 ** 36,
  rekeyAfterPackets: 2 ** 24,
  hardStopBytes: 2 ** 38,
  minBytesBetweenRekeys: 2 ** 20,
}
