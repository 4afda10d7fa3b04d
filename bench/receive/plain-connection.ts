import { promises, writev } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { promisify } from 'node:util'

const pduHeaderBytes = 6
/** As much as gathers before it is written, and again before reading pauses. */
const gatheredBytes = 1024 * 1024
const write = promisify(writev)
let files = 0

/** A message is a PDU header and as many bytes as it says; with a directory, each P-DATA-TF becomes a file. */
export class PlainConnection {
  readonly #stream: Duplex
  readonly #directory: string | undefined
  #type = 0
  #remaining = 0
  #gathered: Uint8Array[] = []
  #gatheredBytes = 0
  #file: Promise<promises.FileHandle> | undefined
  #writing: Promise<void> | undefined

  constructor(stream: Duplex, directory: string | undefined) {
    this.#stream = stream
    this.#directory = directory
    stream.on('error', () => undefined)
    stream.on('data', (chunk: Buffer) => {
      this.#take(chunk)
    })
  }

  #take(chunk: Buffer): void {
    let rest = chunk
    while (rest.length > 0) {
      if (this.#remaining === 0) rest = this.#begin(rest)
      const data = rest.subarray(0, this.#remaining)
      this.#remaining -= data.length
      rest = rest.subarray(data.length)
      if (this.#file) this.#gather(data)
      else if (this.#remaining === 0) this.#respond()
    }
  }

  #begin(header: Buffer): Buffer {
    this.#type = header[0] ?? 0
    this.#remaining = header.readUInt32BE(2)
    if (this.#directory !== undefined && this.#type === 0x04) {
      this.#file = promises.open(join(this.#directory, String(++files)), 'wx')
    }
    return header.subarray(pduHeaderBytes)
  }

  #gather(data: Uint8Array): void {
    this.#gathered.push(data)
    this.#gatheredBytes += data.length
    const enough = this.#gatheredBytes >= gatheredBytes
    if (!enough && this.#remaining > 0) return
    if (this.#writing && enough) this.#stream.pause()
    this.#writing ??= this.#write().catch(() => void this.#stream.destroy())
  }

  async #write(): Promise<void> {
    const file = await this.#file
    while (
      file &&
      (this.#gatheredBytes >= gatheredBytes || (this.#remaining === 0 && this.#gathered.length > 0))
    ) {
      const gathered = this.#gathered
      this.#gathered = []
      this.#gatheredBytes = 0
      this.#stream.resume()
      await write(file.fd, gathered)
    }
    this.#writing = undefined
    if (this.#remaining > 0) return
    this.#file = undefined
    await file?.close()
    this.#respond()
  }

  #respond(): void {
    this.#stream.write(cannedAnswer(this.#type))
    if (this.#type === 0x05) this.#stream.end()
  }
}

/** Of an SCP's size. */
function cannedAnswer(type: number): Buffer {
  const bodyBytes = type === 0x05 ? 4 : type === 0x04 ? 74 : 180
  const answer = Buffer.alloc(pduHeaderBytes + bodyBytes)
  answer[0] = type
  answer.writeUInt32BE(bodyBytes, 2)
  return answer
}
