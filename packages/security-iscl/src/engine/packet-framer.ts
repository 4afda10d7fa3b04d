import { checkMagic, decodePacketHeader, HEADER_BYTES, type PacketHeader } from './packet-header.ts'

/** Takes one packet's payload as it comes. */
export interface PacketBody {
  /** A view of the chunk that arrived: copy what must outlive the call. Never empty. */
  push(view: Uint8Array): void
  /** The payload is whole. */
  end(): void
}

/** Looks at a header before anything of the payload is kept; throws to refuse the packet, and any without a payload. */
export type PacketOpener = (header: PacketHeader, headerBytes: Uint8Array) => PacketBody

/** Cuts a byte stream into packets and keeps at most one header of it. */
export class PacketFramer {
  readonly #open: PacketOpener
  #header = new Uint8Array(HEADER_BYTES)
  #headerBytes = 0
  #body: PacketBody | undefined
  #remaining = 0

  constructor(open: PacketOpener) {
    this.#open = open
  }

  /** Whether a packet has begun and is not whole. */
  get midPacket(): boolean {
    return this.#headerBytes > 0
  }

  /** @throws what the opener and the bodies throw; the framer is of no use after that. */
  push(chunk: Uint8Array): void {
    let offset = 0
    while (offset < chunk.length) {
      if (this.#body === undefined) {
        offset += this.#takeHeader(chunk.subarray(offset, offset + HEADER_BYTES - this.#headerBytes))
        continue
      }
      const view = chunk.subarray(offset, offset + this.#remaining)
      offset += view.length
      this.#remaining -= view.length
      this.#body.push(view)
      if (this.#remaining === 0) this.#endPacket(this.#body)
    }
  }

  #takeHeader(view: Uint8Array): number {
    this.#header.set(view, this.#headerBytes)
    this.#headerBytes += view.length
    checkMagic(this.#header, this.#headerBytes)
    if (this.#headerBytes < HEADER_BYTES) return view.length
    const header = decodePacketHeader(this.#header)
    this.#body = this.#open(header, this.#header)
    this.#remaining = header.payloadBytes
    return view.length
  }

  #endPacket(body: PacketBody): void {
    this.#body = undefined
    this.#headerBytes = 0
    // The body may hold the old one.
    this.#header = new Uint8Array(HEADER_BYTES)
    body.end()
  }
}
