import type { ConnectionRole } from '@dcm/transport'
import type { IsclKeys } from '../keys/iscl-keys.ts'
import type { EpochLimits } from './limits.ts'
import type { IsclSuite } from './suite.ts'

/** Whether the session's keys get a part that no key file knows. */
export type X25519Policy = 'required' | 'preferred' | 'off'

/** What both roles need to know for one session. Clocks and randomness come in here. */
export interface EngineSettings {
  readonly role: ConnectionRole
  /** Our own name: 1–128 octets of UTF-8. */
  readonly identity: string
  /** Requestor: the only acceptor to talk to. Acceptor: not used, the key rings say who may come. */
  readonly peer?: string
  readonly keys: IsclKeys
  /** Allowed suites, the preferred first. */
  readonly suites: readonly IsclSuite[]
  readonly x25519: X25519Policy
  /** Greatest packet to send and take, header included: 4096–16777216. */
  readonly maxPacketBytes: number
  readonly epochLimits: EpochLimits
  /** So many octets from a cryptographic source. */
  readonly random: (length: number) => Uint8Array
  /** Milliseconds since 1970, for the validity of keys. */
  readonly wallClock: () => number
  /** Sees the header of every packet, never a payload. */
  readonly onPacket?: (packet: PacketTrace) => void
}

/** One packet, as a tap sees it. */
export interface PacketTrace {
  readonly direction: 'sent' | 'received'
  /** `DATA`, `REKEY`, …; hex for a type nobody defined. */
  readonly type: string
  readonly epoch: number
  readonly payloadBytes: number
}
