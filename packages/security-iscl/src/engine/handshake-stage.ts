import { acceptorHandshake } from './acceptor-handshake.ts'
import type { EngineSettings } from './engine-settings.ts'
import { Fault } from './fault.ts'
import type { ExpectedPacket, Handshake, HandshakePacket, HandshakeResult, SendPacket } from './handshake.ts'
import { handshakeBody } from './handshake-body.ts'
import { alertLength, decodeAlert } from './messages/alert.ts'
import type { PacketBody } from './packet-framer.ts'
import { HEADER_BYTES, type PacketHeader } from './packet-header.ts'
import { PacketType, packetTypeName } from './packet-type.ts'
import { PeerAlert } from './peer-alert.ts'
import { requestorHandshake } from './requestor-handshake.ts'

/** The line connection and authentication phases: lets in the one packet that may come next, and an ALERT. */
export class HandshakeStage {
  readonly #handshake: Handshake
  readonly #finished: (result: HandshakeResult) => void
  #expected: ExpectedPacket | undefined

  constructor(settings: EngineSettings, send: SendPacket, finished: (result: HandshakeResult) => void) {
    const handshake = settings.role === 'acceptor' ? acceptorHandshake : requestorHandshake
    this.#handshake = handshake(settings, send)
    this.#finished = finished
  }

  /** The last packet that was waited for. */
  get expectedType(): number | undefined {
    return this.#expected?.type
  }

  /** Speaks first, or waits for the peer to. @throws Fault */
  start(): void {
    this.#advance(this.#handshake.next())
  }

  /** Judges a header and begins the packet. @throws Fault */
  open(header: PacketHeader, headerBytes: Uint8Array): PacketBody {
    const { type, flags, epoch, payloadBytes } = header
    if (flags !== 0) throw new Fault('BAD_OPTION', `flags ${String(flags)} in the handshake`)
    if (epoch !== 0) throw new Fault('BAD_EPOCH', `epoch ${String(epoch)} in the handshake`)
    const { least, most } = type === PacketType.ALERT ? alertLength : this.#boundsOf(type)
    if (payloadBytes < least || payloadBytes > most) {
      const range = `${String(least)}–${String(most)} allowed`
      throw new Fault('BAD_LENGTH', `${packetTypeName(type)} of ${String(payloadBytes)} octets; ${range}`)
    }
    return handshakeBody(headerBytes, payloadBytes, (bytes) => {
      this.#take(type, { bytes, payload: bytes.subarray(HEADER_BYTES) })
    })
  }

  #boundsOf(type: number): ExpectedPacket {
    if (this.#expected?.type === type) return this.#expected
    const wanted = this.#expected === undefined ? 'nothing' : packetTypeName(this.#expected.type)
    throw new Fault('BAD_TYPE', `${packetTypeName(type)} where ${wanted} may come`)
  }

  #take(type: number, packet: HandshakePacket): void {
    if (type === PacketType.ALERT) throw new PeerAlert(decodeAlert(packet.payload), false)
    this.#advance(this.#handshake.next(packet))
  }

  #advance(step: IteratorResult<ExpectedPacket, HandshakeResult>): void {
    if (step.done === true) this.#finished(step.value)
    else this.#expected = step.value
  }
}
