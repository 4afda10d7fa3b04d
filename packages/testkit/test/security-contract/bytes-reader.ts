import type { Duplex } from 'node:stream'

/** Takes exact numbers of bytes from a stream, and leaves the rest in it. */
export class BytesReader {
  readonly #stream: Duplex
  #wake: () => void = () => undefined
  #over = false

  constructor(stream: Duplex) {
    this.#stream = stream
    this.#over = stream.destroyed || stream.readableEnded
    stream.on('readable', this.#onReadable).on('end', this.#onOver).on('close', this.#onOver)
  }

  async take(count: number): Promise<Buffer> {
    for (;;) {
      const bytes = this.#stream.read(count) as Buffer | null
      if (bytes?.length === count) return bytes
      if (bytes ?? this.#over) throw new Error('the peer is gone')
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  release(): void {
    this.#stream.off('readable', this.#onReadable).off('end', this.#onOver).off('close', this.#onOver)
    this.#stream.pause()
  }

  readonly #onReadable = (): void => {
    this.#wake()
  }

  readonly #onOver = (): void => {
    this.#over = true
    this.#wake()
  }
}
