import type { IsclError } from '../iscl-error.ts'
import type { IsclSuite } from './suite.ts'

/** What the handshake proved and settled. */
export interface IsclSession {
  readonly peerIdentity: string
  readonly suite: IsclSuite
  /** Whether the session's keys are out of reach of who learns the pre-shared keys later. */
  readonly forwardSecret: boolean
  readonly maxPacketBytes: number
  readonly authenticationKeyIndex: number
  readonly trafficKeyIndex: number
}

/** What the peer's octets meant, in order. */
export type IsclEvent =
  /** The peer is authenticated. First of all events, and never after `failed`. */
  | { readonly type: 'established'; readonly session: IsclSession }
  /** Verified plaintext. May be kept. */
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  /** The peer's authenticated end: no octet is missing. */
  | { readonly type: 'peer-ended' }
  /** The session is over and stays so. Last of all events. */
  | { readonly type: 'failed'; readonly error: IsclError }
