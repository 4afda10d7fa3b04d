import { promises, writev } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { promisify } from 'node:util'

const pduHeaderBytes = 6
/** 'R', of the header 'R' 'A' 'W' mode, u32le, u64le. */
const rawMark = 0x52
const rawHeaderBytes = 16
/** As much as gathers before it is written, and again before reading pauses. */
const gatheredBytes = 1024 * 1024
const write = promisify(writev)
let files = 0

/** How messages are cut and answered after a header of its own: the raw protocol of `dcmblast`. */
interface Framing {
  readonly bytes: number
  readonly isFile: boolean
  readonly answer: Buffer
}

/** A message is a PDU header and as many bytes as it says, or what the raw protocol says. With a directory, each P-DATA-TF or object becomes a file. */
export class PlainConnection {
  readonly #stream: Duplex
  readonly #directory: string | undefined
  #framing: Framing | undefined
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
    if (this.#framing === undefined && this.#type === 0 && chunk[0] === rawMark) {
      this.#framing = rawFraming(chunk)
      rest = chunk.subarray(rawHeaderBytes)
    }
    while (rest.length > 0) {
      if (this.#remaining === 0) rest = this.#begin(rest)
      const data = rest.subarray(0, this.#remaining)
      this.#remaining -= data.length
      rest = rest.subarray(data.length)
      if (this.#file) this.#gather(data)
      else if (this.#remaining === 0) this.#respond()
    }
  }

  #begin(rest: Buffer): Buffer {
    const framing = this.#framing
    if (!framing) this.#type = rest[0] ?? 0
    this.#remaining = framing?.bytes ?? rest.readUInt32BE(2)
    if (this.#directory !== undefined && (framing?.isFile ?? this.#type === 0x04)) {
      this.#file = promises.open(join(this.#directory, String(++files)), 'wx')
    }
    return framing ? rest : rest.subarray(pduHeaderBytes)
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
    this.#stream.write(this.#framing?.answer ?? cannedAnswer(this.#type))
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

/** Mode 'O': objects of so many bytes, one byte as the answer; mode 'E': requests and answers of so many bytes each. */
function rawFraming(header: Buffer): Framing {
  const [first, second] = [header.readUInt32LE(4), Number(header.readBigUInt64LE(8))]
  return header[3] === 0x4f
    ? { bytes: second, isFile: true, answer: Buffer.from('K') }
    : { bytes: first, isFile: false, answer: Buffer.alloc(second) }
}
