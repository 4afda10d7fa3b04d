import type { Clock, Connection } from '@dcm/transport'
import type { PacketTrace, X25519Policy } from './engine/engine-settings.ts'
import type { IsclSuite } from './engine/suite.ts'
import type { IsclKeys } from './keys/iscl-keys.ts'

export interface IsclOptions {
  /** Asked once for each handshake when it is a function, so that a reloaded key file counts from the next one on. */
  readonly keys: IsclKeys | (() => IsclKeys)
  /** Our own name, 1–128 octets of UTF-8: what the peer's key rings have as `peer`. */
  readonly identity: string
  /**
   * Requestor: the acceptor that is called; another one fails. Default: the only peer that the authentication ring knows.
   * Acceptors do not use it.
   */
  readonly peer?: string | ((connection: Connection) => string)
  /**
   * Suites that may be used, the preferred first; the acceptor's order decides. `hmac-sha256-integrity` leaves the data readable
   * and is used only when both ends list it. Default `['aes-256-gcm', 'chacha20-poly1305']`.
   */
  readonly suites?: readonly IsclSuite[]
  /** Default `required`. Without it who learns the pre-shared keys reads all that was ever recorded. */
  readonly x25519?: X25519Policy
  /** Greatest packet to send and take, 4096–16777216 octets; the lesser of both ends counts. Default 262144: crypto is no faster above. */
  readonly maxPacketBytes?: number
  /** How long a handshake may take. Default 10000: three round trips and some milliseconds of work. */
  readonly handshakeTimeoutMs?: number
  /** Acceptor: how many peers may be in the handshake at once; one more is refused. Default 4096, some 10 MB. */
  readonly maxConcurrentHandshakes?: number
  /** New keys after so many octets in one direction, 2^20–2^36. Default 2^36, far below AES-GCM's bound. */
  readonly rekeyAfterBytes?: number
  /** New keys after so many packets in one direction, 2^16–2^24. Default 2^24, the bound of RFC 8446 5.5. */
  readonly rekeyAfterPackets?: number
  /** Sees every packet's header and no payload. Must not throw. */
  readonly onPacket?: (packet: PacketTrace) => void
  /** For the handshake timer. Default: Node's timers. */
  readonly clock?: Clock
  /** Milliseconds since 1970, for the validity of keys. Default `Date.now`. */
  readonly wallClock?: () => number
}
