import { ISCL_WIRE_CODES, IsclError, type IsclPhase, type IsclReason } from '../iscl-error.ts'
import type { EngineSettings } from './engine-settings.ts'
import { Fault } from './fault.ts'
import type { HandshakeResult } from './handshake.ts'
import { handshakePacket } from './handshake-packet.ts'
import { HandshakeStage } from './handshake-stage.ts'
import type { IsclEvent, IsclSession } from './iscl-event.ts'
import { encodeAlert } from './messages/alert.ts'
import { type PacketBody, PacketFramer } from './packet-framer.ts'
import { decodePacketHeader, HEADER_BYTES, type PacketHeader } from './packet-header.ts'
import { PacketType, packetTypeName } from './packet-type.ts'
import { PeerAlert } from './peer-alert.ts'
import { ProtectedChannel } from './protected-channel.ts'
import { RecordOpener } from './record-opener.ts'
import { RecordSealer } from './record-sealer.ts'
import { SUITES } from './suite.ts'

/**
 * One session without I/O: octets in, events and octets to send out. Holds at most one handshake packet, and after that one
 * data packet. Not re-entrant. Once failed it stays failed.
 */
export class IsclEngine {
  readonly #settings: EngineSettings
  readonly #framer: PacketFramer
  readonly #handshake: HandshakeStage
  #channel: ProtectedChannel | undefined
  #failure: IsclError | undefined
  #output: Uint8Array[] = []
  #events: IsclEvent[] = []

  /** The acceptor's first packet is ready to be taken. A requestor without keys has failed: see {@link failure}. */
  constructor(settings: EngineSettings) {
    this.#settings = settings
    this.#framer = new PacketFramer((header, bytes) => this.#open(header, bytes))
    this.#handshake = new HandshakeStage(
      settings,
      (bytes) => {
        this.#send([bytes])
      },
      (result) => {
        this.#openChannel(result)
      },
    )
    this.#guard(() => {
      this.#handshake.start()
    })
    this.#events = []
  }

  get phase(): IsclPhase {
    if (this.#channel?.completed === true) {
      return this.#channel.ended || this.#channel.peerEnded ? 'disconnection' : 'messages'
    }
    const type = this.#handshake.expectedType
    return type === PacketType.LINE_CHECK_RQ || type === PacketType.LINE_CHECK_RP || type === undefined
      ? 'line-connection'
      : 'authentication'
  }

  /** Why the session is over. */
  get failure(): IsclError | undefined {
    return this.#failure
  }

  /** Plaintext octets that one call of {@link send} may take; 0 before `established`. */
  get maxDataBytes(): number {
    return this.#channel?.completed === true ? this.#channel.maxDataBytes : 0
  }

  /**
   * Takes what came from the peer. Under an integrity-only suite the data events are views of the chunks, which must stay as they are;
   * else the chunk may be used again. After a failure it gives no events.
   */
  receive(chunk: Uint8Array): readonly IsclEvent[] {
    this.#guard(() => {
      this.#framer.push(chunk)
    })
    return this.#takeEvents()
  }

  /** The connection below has ended: well, if both the peer's end was verified and no packet is half. */
  receiveEnd(): readonly IsclEvent[] {
    this.#guard(() => {
      if (this.#channel?.peerEnded === true && !this.#framer.midPacket) return
      throw new Fault('TRUNCATED', `the connection ended in the ${this.phase} phase without the peer's word`)
    })
    return this.#takeEvents()
  }

  /**
   * Seals one DATA packet of 1 to {@link maxDataBytes} octets, given in pieces. An integrity-only suite sends the pieces themselves.
   *
   * @throws IsclError when the session has failed, fails now for its epochs are used up, or our direction has ended
   */
  send(pieces: readonly Uint8Array[]): void {
    const channel = this.#sendingChannel()
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
    if (length < 1 || length > channel.maxDataBytes) {
      throw new RangeError(`${String(length)} octets of data; 1–${String(channel.maxDataBytes)} allowed`)
    }
    this.#guard(() => {
      channel.sendData(pieces, length)
    })
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Ends our direction; the peer's goes on. @throws IsclError as {@link send} does */
  end(): void {
    this.#sendingChannel().end()
  }

  /** Gives the session up: an ALERT is ready to be taken where the peer can still be told. */
  abort(reason: IsclReason, message: string, cause?: unknown): IsclError {
    this.#failure ??= this.#fail(reason, message, { local: true, cause })
    return this.#failure
  }

  /** The octets to send, in order; the caller owns them. */
  takeOutput(): readonly Uint8Array[] {
    const output = this.#output
    this.#output = []
    return output
  }

  #takeEvents(): readonly IsclEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }

  #sendingChannel(): ProtectedChannel {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#channel?.completed === true && !this.#channel.ended) return this.#channel
    const when = this.#channel?.ended === true ? 'after its end' : 'before the handshake is done'
    throw new IsclError('CLOSED', `nothing can be sent ${when}`, { phase: this.phase, local: true })
  }

  /** Runs a step; what it throws ends the session. */
  #guard(step: () => void): void {
    if (this.#failure !== undefined) return
    try {
      step()
    } catch (error) {
      this.#failure = this.#failBy(error)
      this.#events.push({ type: 'failed', error: this.#failure })
    }
  }

  #failBy(error: unknown): IsclError {
    if (error instanceof PeerAlert) {
      return new IsclError(error.reason, error.message, { phase: this.phase, local: false })
    }
    if (error instanceof Fault)
      return this.#fail(error.reason, error.message, { local: true, cause: error.cause })
    return this.#fail('INTERNAL', 'the layer failed in a way it was not made for', {
      local: true,
      cause: error,
    })
  }

  #fail(reason: IsclReason, message: string, options: { local: boolean; cause: unknown }): IsclError {
    const error = new IsclError(reason, message, { phase: this.phase, ...options })
    // Strangers get silence; whoever is gone, or has been told our end, cannot be told.
    const mute = reason === 'BAD_MAGIC' || reason === 'TRUNCATED' || this.#channel?.ended === true
    if (!mute && this.#channel !== undefined) this.#channel.alert(reason)
    else if (!mute) this.#send([handshakePacket(PacketType.ALERT, encodeAlert(ISCL_WIRE_CODES[reason]))])
    return error
  }

  #send(packet: readonly Uint8Array[]): void {
    this.#output.push(...packet)
    const head = packet[0]
    if (head !== undefined) this.#trace('sent', decodePacketHeader(head.subarray(0, HEADER_BYTES)))
  }

  #trace(direction: 'sent' | 'received', { type, epoch, payloadBytes }: PacketHeader): void {
    this.#settings.onPacket?.({ direction, type: packetTypeName(type), epoch, payloadBytes })
  }

  #open(header: PacketHeader, headerBytes: Uint8Array): PacketBody {
    this.#trace('received', header)
    // Until COMPLETE the requestor may still refuse us, and has no keys to say so under.
    const refusal = header.type === PacketType.ALERT && header.flags === 0
    if (this.#channel === undefined || (!this.#channel.completed && refusal)) {
      return this.#handshake.open(header, headerBytes)
    }
    return this.#channel.open(header, headerBytes)
  }

  #openChannel(result: HandshakeResult): void {
    const { agreement, requestorSecret, acceptorSecret } = result
    const { role, epochLimits } = this.#settings
    const suite = SUITES[agreement.suite]
    const [ours, theirs] =
      role === 'acceptor' ? [acceptorSecret, requestorSecret] : [requestorSecret, acceptorSecret]
    const records = {
      sealer: new RecordSealer(suite, ours, epochLimits),
      opener: new RecordOpener(suite, theirs, epochLimits),
      maxPacketBytes: agreement.maxPacketBytes,
    }
    this.#channel = new ProtectedChannel(records, role, {
      send: (bytes) => {
        this.#send(bytes)
      },
      emit: (event) => this.#events.push(event),
      completed: () => {
        this.#establish(result)
      },
    })
    if (role === 'requestor') this.#establish(result)
  }

  #establish({ agreement, peerIdentity, authenticationKeyIndex, trafficKeyIndex }: HandshakeResult): void {
    const session: IsclSession = {
      peerIdentity,
      suite: agreement.suite,
      forwardSecret: agreement.x25519,
      maxPacketBytes: agreement.maxPacketBytes,
      authenticationKeyIndex,
      trafficKeyIndex,
    }
    this.#events.push({ type: 'established', session })
  }
}
