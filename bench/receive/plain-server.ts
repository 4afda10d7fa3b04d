// The limit: what `node:net` and `fs.writev` can do when nothing is understood. A message is a PDU header and as many bytes as it
// says; its answer is a canned one of an SCP's size. With a directory, each P-DATA-TF becomes a file.
import { promises, writev } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'

const pduHeaderBytes = 6
/** As much as gathers before it is written, and again before reading pauses. */
const gatheredBytes = 1024 * 1024
const write = promisify(writev)
const directory = process.argv[2]
let files = 0

const server = createServer({ noDelay: true }, (socket) => {
  new PlainConnection(socket)
})
server.listen(0, '127.0.0.1', () => {
  console.log(`listens on ${String((server.address() as AddressInfo).port)}`)
})
process.once('SIGTERM', () => process.exit(0))

class PlainConnection {
  readonly #socket: Socket
  #remaining = 0
  #answer: Buffer = Buffer.alloc(0)
  #type = 0
  #gathered: Uint8Array[] = []
  #gatheredBytes = 0
  #file: Promise<promises.FileHandle> | undefined
  #writing = false

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      this.#take(chunk)
    })
  }

  #take(chunk: Buffer): void {
    let rest = chunk
    while (rest.length > 0) {
      if (this.#remaining === 0) {
        this.#type = rest[0] ?? 0
        this.#remaining = rest.readUInt32BE(2)
        this.#answer = cannedAnswer(this.#type)
        if (directory !== undefined && this.#type === 0x04) {
          this.#file = promises.open(join(directory, String(++files)), 'wx')
        }
        rest = rest.subarray(pduHeaderBytes)
      }
      const data = rest.subarray(0, this.#remaining)
      this.#remaining -= data.length
      rest = rest.subarray(data.length)
      if (this.#file) this.#gather(data)
      else if (this.#remaining === 0) this.#respond()
    }
  }

  #gather(data: Uint8Array): void {
    this.#gathered.push(data)
    this.#gatheredBytes += data.length
    const enough = this.#gatheredBytes >= gatheredBytes
    if (enough || this.#remaining === 0) {
      if (!this.#writing) void this.#write()
      else if (enough) this.#socket.pause()
    }
  }

  async #write(): Promise<void> {
    const file = await this.#file
    if (!file) return
    this.#writing = true
    while (this.#gatheredBytes >= gatheredBytes || (this.#remaining === 0 && this.#gathered.length > 0)) {
      const gathered = this.#gathered
      this.#gathered = []
      this.#gatheredBytes = 0
      this.#socket.resume()
      await write(file.fd, gathered)
    }
    this.#writing = false
    if (this.#remaining > 0) return
    this.#file = undefined
    await file.close()
    this.#respond()
  }

  #respond(): void {
    this.#socket.write(this.#answer)
    if (this.#type === 0x05) this.#socket.end()
  }
}

function cannedAnswer(type: number): Buffer {
  const bodyBytes = type === 0x05 ? 4 : type === 0x04 ? 74 : 180
  const answer = Buffer.alloc(pduHeaderBytes + bodyBytes)
  answer[0] = type
  answer.writeUInt32BE(bodyBytes, 2)
  return answer
}
