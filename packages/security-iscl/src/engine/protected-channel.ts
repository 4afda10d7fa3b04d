import type { ConnectionRole } from '@dcm/transport'
import { ISCL_WIRE_CODES, type IsclReason } from '../iscl-error.ts'
import { Fault } from './fault.ts'
import type { IsclEvent } from './iscl-event.ts'
import { alertLength, decodeAlert, encodeAlert } from './messages/alert.ts'
import { decodeDisc, discLength, encodeDisc } from './messages/disc.ts'
import type { PacketBody } from './packet-framer.ts'
import { HEADER_BYTES, type PacketHeader, PROTECTED_FLAG } from './packet-header.ts'
import { PacketType, packetTypeName } from './packet-type.ts'
import { PeerAlert } from './peer-alert.ts'
import type { RecordOpener } from './record-opener.ts'
import type { RecordSealer } from './record-sealer.ts'

/** Where the channel's packets and events go. */
export interface ChannelSinks {
  readonly send: (packet: readonly Uint8Array[]) => void
  readonly emit: (event: IsclEvent) => void
  /** Acceptor: COMPLETE came, the peer holds the session's keys. */
  readonly completed: () => void
}

/** The messages and disconnection phases: what may come when, and what goes out. */
export class ProtectedChannel {
  readonly #sealer: RecordSealer
  readonly #opener: RecordOpener
  readonly #sinks: ChannelSinks
  /** Plaintext octets that one DATA packet can carry. */
  readonly maxDataBytes: number
  #completed: boolean
  #sentBytes = 0
  #receivedBytes = 0
  #ended = false
  #peerEnded = false

  constructor(
    records: {
      readonly sealer: RecordSealer
      readonly opener: RecordOpener
      readonly maxPacketBytes: number
    },
    role: ConnectionRole,
    sinks: ChannelSinks,
  ) {
    this.#sealer = records.sealer
    this.#opener = records.opener
    this.#sinks = sinks
    this.maxDataBytes = records.maxPacketBytes - HEADER_BYTES - records.opener.tagBytes
    this.#completed = role === 'requestor'
    if (role === 'requestor') this.#send(PacketType.COMPLETE, new Uint8Array(0))
  }

  get completed(): boolean {
    return this.#completed
  }

  get ended(): boolean {
    return this.#ended
  }

  get peerEnded(): boolean {
    return this.#peerEnded
  }

  /** One DATA packet, after a REKEY where one is due. @throws Fault LIMIT */
  sendData(pieces: readonly Uint8Array[], length: number): void {
    const rekey = this.#sealer.rekeyWhenDue()
    if (rekey.length > 0) this.#sinks.send(rekey)
    this.#sentBytes += length
    this.#sinks.send(this.#sealer.seal(PacketType.DATA, pieces, length))
  }

  /** Our authenticated end: each direction ends with one DISC_RQ, or a DISC_RP when the peer's DISC_RQ has come. */
  end(): void {
    this.#send(this.#peerEnded ? PacketType.DISC_RP : PacketType.DISC_RQ, encodeDisc(this.#sentBytes))
    this.#ended = true
  }

  alert(reason: IsclReason): void {
    this.#send(PacketType.ALERT, encodeAlert(ISCL_WIRE_CODES[reason]))
  }

  /** Judges a header by the state and begins the packet. @throws Fault */
  open(header: PacketHeader, headerBytes: Uint8Array): PacketBody {
    if (header.flags !== PROTECTED_FLAG) {
      throw new Fault('BAD_OPTION', `flags ${String(header.flags)} where only protected packets may come`)
    }
    const { least, most } = this.#payloadBounds(header.type)
    const length = header.payloadBytes - this.#opener.tagBytes
    if (length < least || length > most) {
      const range = `${String(least)}–${String(most)} octets`
      throw new Fault(
        'BAD_LENGTH',
        `${packetTypeName(header.type)} of ${String(length)} octets; ${range} allowed`,
      )
    }
    const reader = this.#opener.open(header, headerBytes)
    return {
      push: (view) => {
        reader.push(view)
      },
      end: () => {
        this.#take(header.type, this.#completed ? reader.finish() : finishComplete(reader))
      },
    }
  }

  #payloadBounds(type: number): { readonly least: number; readonly most: number } {
    if (type === PacketType.ALERT) return alertLength
    if (!this.#completed) {
      if (type === PacketType.COMPLETE) return { least: 0, most: 0 }
      throw new Fault('BAD_TYPE', `${packetTypeName(type)} where COMPLETE must come`)
    }
    if (this.#peerEnded) throw new Fault('BAD_TYPE', `${packetTypeName(type)} after the peer's end`)
    if (type === PacketType.DATA) return { least: 1, most: this.maxDataBytes }
    if (type === PacketType.REKEY) return { least: 0, most: 0 }
    if (type === PacketType.DISC_RQ) return discLength
    if (type === PacketType.DISC_RP && this.#ended) return discLength
    throw new Fault('BAD_TYPE', `${packetTypeName(type)} in the messages phase`)
  }

  #take(type: number, pieces: readonly Uint8Array[]): void {
    switch (type) {
      case PacketType.COMPLETE:
        this.#completed = true
        this.#sinks.completed()
        return
      case PacketType.DATA:
        for (const bytes of pieces) {
          this.#receivedBytes += bytes.length
          this.#sinks.emit({ type: 'data', bytes })
        }
        return
      case PacketType.REKEY:
        this.#opener.rekey()
        return
      case PacketType.ALERT:
        throw new PeerAlert(decodeAlert(Buffer.concat(pieces)), true)
      default:
        this.#takeDisc(decodeDisc(Buffer.concat(pieces)))
    }
  }

  #takeDisc(count: bigint): void {
    if (count !== BigInt(this.#receivedBytes)) {
      const counts = `${String(count)} octets were sent, ${String(this.#receivedBytes)} came`
      throw new Fault('TRUNCATED', `the peer's end does not match: ${counts}`)
    }
    this.#peerEnded = true
    this.#sinks.emit({ type: 'peer-ended' })
  }

  #send(type: number, payload: Uint8Array): void {
    this.#sinks.send(this.#sealer.seal(type, [payload], payload.length))
  }
}

/** COMPLETE's tag is the first proof that the peer has the same traffic key. */
function finishComplete(reader: { finish(): readonly Uint8Array[] }): readonly Uint8Array[] {
  try {
    return reader.finish()
  } catch (cause) {
    throw new Fault('AUTH_FAILED', 'COMPLETE fails: another traffic key, or altered packets', { cause })
  }
}
