import type { RecordKeys } from './key-schedule.ts'

/** Seals one packet. */
export interface PacketSealer {
  /** The octets to send for a piece of plaintext; may be the piece itself. */
  update(piece: Uint8Array): Uint8Array
  /** Once, at the end. */
  tag(): Uint8Array
}

/** Opens one packet. What `update` gave must not be used before `verify` said yes. */
export interface PacketUnsealer {
  update(piece: Uint8Array): Uint8Array
  verify(tag: Uint8Array): boolean
}

/** One way to protect packets. */
export interface Suite {
  /** Its number on the wire. */
  readonly id: number
  readonly tagBytes: number
  readonly confidential: boolean
  seal(keys: RecordKeys, sequence: number, header: Uint8Array): PacketSealer
  unseal(keys: RecordKeys, sequence: number, header: Uint8Array): PacketUnsealer
}
