import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { type Message, type Protocol, releaseRequest } from './messages.ts'

const pduHeaderBytes = 6
/** (0000,0900) Status, Implicit VR Little Endian; its value follows. */
const statusHeader = Buffer.from('0000000902000000', 'hex')

/** One association of the load generator, over any stream: writes what was made before, and looks at answers no closer than it must. */
export class Session {
  readonly #stream: Duplex
  readonly #protocol: Protocol
  #received: Buffer = Buffer.alloc(0)
  #waiting: PromiseWithResolvers<Buffer> | undefined

  constructor(stream: Duplex, protocol: Protocol) {
    this.#stream = stream
    this.#protocol = protocol
    stream.on('data', (chunk: Buffer) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
      this.#settle()
    })
    const gone = (): void => this.#waiting?.reject(new Error('the server closed the connection'))
    stream.on('error', gone)
    stream.on('close', gone)
  }

  /** Resolves with the A-ASSOCIATE-AC. */
  async associate(request: Uint8Array): Promise<Buffer> {
    this.#stream.write(request)
    const answer = await this.#answer()
    if (this.#protocol === 'dicom' && answer[0] !== 0x02) throw new Error('the association was refused')
    return answer
  }

  /** Sends one request, and waits for its answer. */
  async exchange({ first, block, blocks, last }: Message): Promise<void> {
    const stream = this.#stream
    stream.cork()
    stream.write(first)
    for (let sent = 0; sent < blocks; sent++) {
      const more = stream.write(block)
      if (blocks === 1 || more) continue
      stream.uncork()
      if (stream.writableNeedDrain) await once(stream, 'drain')
      stream.cork()
    }
    if (last.length > 0) stream.write(last)
    stream.uncork()
    const answer = await this.#answer()
    if (this.#protocol === 'plain') return
    const status = answer.indexOf(statusHeader)
    if (status < 0 || answer.readUInt16LE(status + statusHeader.length) !== 0) {
      throw new Error(`the answer is no success: ${answer.toString('hex')}`)
    }
  }

  async release(): Promise<void> {
    this.#stream.write(releaseRequest)
    await this.#answer()
    this.#stream.destroy()
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
