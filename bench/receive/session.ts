import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Message, type Protocol, releaseRequest } from './messages.ts'

const pduHeaderBytes = 6
/** (0000,0900) Status, Implicit VR Little Endian; its value follows. */
const statusHeader = Buffer.from('0000000902000000', 'hex')

/** One connection of the load generator: writes what was made before, and looks at answers no closer than it must. */
export class Session {
  readonly #socket: Socket
  readonly #protocol: Protocol
  #received: Buffer = Buffer.alloc(0)
  #waiting: PromiseWithResolvers<Buffer> | undefined

  private constructor(socket: Socket, protocol: Protocol) {
    this.#socket = socket
    this.#protocol = protocol
    socket.on('data', (chunk: Buffer) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
      this.#settle()
    })
    const gone = (): void => this.#waiting?.reject(new Error('the server closed the connection'))
    socket.on('error', gone)
    socket.on('close', gone)
  }

  static async open(port: number, protocol: Protocol, request: Uint8Array) {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    await once(socket, 'connect')
    const session = new Session(socket, protocol)
    socket.write(request)
    const answer = await session.#answer()
    if (protocol === 'dicom' && answer[0] !== 0x02) throw new Error('the association was refused')
    return { session, answer }
  }

  /** Sends one request, and waits for its answer. */
  async exchange({ first, block, blocks, last }: Message): Promise<void> {
    const socket = this.#socket
    socket.cork()
    socket.write(first)
    for (let sent = 0; sent < blocks; sent++) {
      const more = socket.write(block)
      if (blocks === 1 || more) continue
      socket.uncork()
      if (socket.writableNeedDrain) await once(socket, 'drain')
      socket.cork()
    }
    if (last.length > 0) socket.write(last)
    socket.uncork()
    const answer = await this.#answer()
    if (this.#protocol === 'plain') return
    const status = answer.indexOf(statusHeader)
    if (status < 0 || answer.readUInt16LE(status + statusHeader.length) !== 0) {
      throw new Error(`the answer is no success: ${answer.toString('hex')}`)
    }
  }

  async release(): Promise<void> {
    this.#socket.write(releaseRequest)
    await this.#answer()
    this.#socket.destroy()
  }

  #answer(): Promise<Buffer> {
    this.#waiting = Promise.withResolvers()
    this.#settle()
    return this.#waiting.promise
  }

  #settle(): void {
    const received = this.#received
    if (!this.#waiting || received.length < pduHeaderBytes) return
    const length = pduHeaderBytes + received.readUInt32BE(2)
    if (received.length < length) return
    this.#received = received.subarray(length)
    this.#waiting.resolve(received.subarray(0, length))
    this.#waiting = undefined
  }
}
