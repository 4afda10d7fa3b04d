import type { Agreement } from './agreement.ts'

/** A handshake packet that may come next, with the bounds of its payload. */
export interface ExpectedPacket {
  readonly type: number
  readonly least: number
  readonly most: number
}

/** A handshake packet that came. */
export interface HandshakePacket {
  /** Header and payload, as they go into the transcript. */
  readonly bytes: Uint8Array
  readonly payload: Uint8Array
}

/** What a handshake leaves behind. */
export interface HandshakeResult {
  readonly agreement: Agreement
  readonly peerIdentity: string
  readonly authenticationKeyIndex: number
  readonly trafficKeyIndex: number
  /** S_i2r and S_r2i of epoch 1. */
  readonly requestorSecret: Uint8Array
  readonly acceptorSecret: Uint8Array
}

/**
 * One side's handshake as a dialogue: it yields the packet it waits for and is resumed with it. Where it stands is the state;
 * a fault is thrown.
 */
export type Handshake = Generator<ExpectedPacket, HandshakeResult, HandshakePacket>

/** Sends one whole packet. */
export type SendPacket = (bytes: Uint8Array) => void
