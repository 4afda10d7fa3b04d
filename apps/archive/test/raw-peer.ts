import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import {
  type AssociateRq,
  type ControlPdu,
  DicomApplicationContext,
  encodePdu,
  encodePDataTf,
  ImplicitVRLittleEndian,
  type Pdv,
  PduDecoder,
  parseUid,
  Verification,
} from '@dcm/pdu'

/** A peer that sends whatever a test likes, and reads what comes back. */
export class RawPeer {
  readonly socket: Socket
  readonly #decoder = new PduDecoder()
  readonly #received: ControlPdu[] = []
  readonly #commands: Uint8Array[] = []
  #command: Uint8Array[] = []
  readonly #closed: Promise<unknown>
  #wake: () => void = () => undefined

  static async connect(port: number): Promise<RawPeer> {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true })
    await once(socket, 'connect')
    return new RawPeer(socket)
  }

  private constructor(socket: Socket) {
    this.socket = socket
    this.#closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => undefined)
    socket.on('end', () => socket.end())
    socket.on('data', (chunk) => {
      this.#decoder.push(chunk)
      for (let event = this.#decoder.next(); event; event = this.#decoder.next()) {
        if (event.type === 'PDV') {
          this.#command.push(event.data)
          if (event.isLast && event.endOfPdv) this.#commands.push(Buffer.concat(this.#command.splice(0)))
        } else if (event.type !== 'P-DATA-TF') {
          this.#received.push(event)
        }
      }
      this.#wake()
    })
  }

  send(message: Uint8Array | ControlPdu | readonly Pdv[]): void {
    if (message instanceof Uint8Array) this.socket.write(message)
    else if ('type' in message) this.socket.write(encodePdu(message))
    else for (const pdv of message) for (const run of encodePDataTf([pdv])) this.socket.write(run)
  }

  /** The next PDU that is not P-DATA-TF; undefined when the peer closed instead. */
  next(): Promise<ControlPdu | undefined> {
    return this.#take(this.#received)
  }

  /** The next command set; undefined when the peer closed instead. */
  command(): Promise<Uint8Array | undefined> {
    return this.#take(this.#commands)
  }

  async #take<Item>(items: Item[]): Promise<Item | undefined> {
    for (;;) {
      const item = items.shift()
      if (item) return item
      if (this.socket.destroyed || this.socket.readableEnded) return undefined
      await Promise.race([new Promise<void>((resolve) => (this.#wake = resolve)), this.#closed])
    }
  }

  async closed(): Promise<void> {
    await this.#closed
  }

  /** Requests an association and takes the answer. */
  async associate(request: Partial<AssociateRq> = {}): Promise<ControlPdu | undefined> {
    this.send(associateRq(request))
    return this.next()
  }
}

export const ctImageStorage = parseUid('1.2.840.10008.5.1.4.1.1.2')

/** Context 1 verification, context 3 CT images, context 5 something that nobody has. */
export function associateRq(request: Partial<AssociateRq> = {}): AssociateRq {
  const transferSyntaxes = [ImplicitVRLittleEndian]
  return {
    type: 'A-ASSOCIATE-RQ',
    protocolVersion: 1,
    calledAeTitle: 'ARCHIVE',
    callingAeTitle: 'RAW',
    applicationContextName: DicomApplicationContext,
    presentationContexts: [
      { presentationContextId: 1, abstractSyntax: Verification, transferSyntaxes },
      { presentationContextId: 3, abstractSyntax: ctImageStorage, transferSyntaxes },
      { presentationContextId: 5, abstractSyntax: parseUid('1.2.3.4'), transferSyntaxes },
    ],
    userInformation: { maximumLength: 16_384, implementationClassUid: parseUid('1.2.3.9') },
    ...request,
  }
}
