import { type ControlPdu, encodePDataTf, encodePdu, type Pdv } from '@dcm/pdu'
import type { Connection } from '@dcm/transport'
import { describeReceived, PduReader, type ReceivedPdu } from './received-pdu.ts'
import { settled } from './settled.ts'
import { within } from './within.ts'

/**
 * The other side of a conversation, written down as a dialogue: `send` this, `expect` that. It has no state machine, so that
 * it can say what no honest peer would. It answers the other side's end with its own.
 */
export class ScriptedPeer {
  readonly connection: Connection
  readonly #waitMs: number
  readonly #reader = new PduReader()
  readonly #received: ReceivedPdu[] = []
  readonly #closed: Promise<void>
  #chunkBytes = Infinity
  #wake: () => void = () => undefined
  /** Nothing more comes; why, unless the other side just closed. */
  #over: { readonly failure?: Error } | undefined

  /** @param options `waitMs`: real time after which an `expect` fails. Default 10 000, far above what a test needs. */
  constructor(connection: Connection, options: { readonly waitMs?: number } = {}) {
    this.connection = connection
    this.#waitMs = options.waitMs ?? 10_000
    const { stream } = connection
    this.#closed = new Promise((resolve) => {
      stream.once('close', () => {
        this.#end({})
        resolve()
      })
    })
    stream.on('error', () => undefined)
    stream.on('end', () => {
      this.#end({})
      stream.end()
    })
    stream.on('data', (chunk: Uint8Array) => {
      this.#read(chunk)
    })
    stream.resume()
  }

  /** Bytes as they are, a PDU, or PDVs in a P-DATA-TF each. In pieces of `chunkBytes`, if given. */
  send(message: Uint8Array | ControlPdu | readonly Pdv[], chunkBytes = this.#chunkBytes): void {
    const { stream } = this.connection
    for (const run of runsOf(message)) {
      const step = Math.min(chunkBytes, Math.max(run.length, 1))
      for (let from = 0; from < run.length; from += step) stream.write(run.subarray(from, from + step))
    }
  }

  /** From now on whatever is sent goes out in pieces of so many bytes. */
  chunked(chunkBytes: number): void {
    this.#chunkBytes = chunkBytes
  }

  /** The next PDU or PDV; undefined when the other side closed instead. Throws what made the bytes no PDU. */
  next(): Promise<ReceivedPdu | undefined> {
    return within(this.#waitMs, 'the next PDU', this.#next())
  }

  /** The next PDU or PDV, which has to be of this type. */
  async expect<Type extends ReceivedPdu['type']>(type: Type): Promise<Extract<ReceivedPdu, { type: Type }>> {
    const pdu = await within(this.#waitMs, `expected ${type}`, this.#next())
    if (pdu?.type !== type) {
      throw new Error(`expected ${type}, got ${pdu ? describeReceived(pdu) : 'the close'}`)
    }
    return pdu as Extract<ReceivedPdu, { type: Type }>
  }

  /** Nothing has come that was not expected before, and nothing comes without time passing. */
  async expectNothing(): Promise<void> {
    await settled()
    const [unexpected] = this.#received
    if (unexpected) throw new Error(`expected nothing, got ${describeReceived(unexpected)}`)
    if (this.#over) throw this.#over.failure ?? new Error('expected nothing, got the close')
  }

  /** The connection closes, and nothing comes before. */
  async expectClosed(): Promise<void> {
    const pdu = await within(this.#waitMs, 'expected the close', this.#next())
    if (pdu) throw new Error(`expected the close, got ${describeReceived(pdu)}`)
    await within(this.#waitMs, 'expected the close', this.#closed)
  }

  /** Resolves when the connection is closed. What came before is thrown away. */
  closed(): Promise<void> {
    return this.#closed
  }

  /** Ends our side; the other can still send. */
  end(): void {
    this.connection.stream.end()
  }

  /** Cuts the connection. */
  cut(): void {
    this.connection.stream.destroy()
  }

  /** Stops reading, so that the other side's writes wait. */
  stall(): void {
    this.connection.stream.pause()
  }

  unstall(): void {
    this.connection.stream.resume()
  }

  async #next(): Promise<ReceivedPdu | undefined> {
    for (;;) {
      const pdu = this.#received.shift()
      if (pdu) return pdu
      if (this.#over?.failure) throw this.#over.failure
      if (this.#over) return undefined
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  #read(chunk: Uint8Array): void {
    if (this.#over) return
    try {
      this.#reader.read(chunk, (pdu) => this.#received.push(pdu))
      this.#wake()
    } catch (failure) {
      this.#end({ failure: failure as Error })
    }
  }

  #end(over: { readonly failure?: Error }): void {
    this.#over ??= over
    this.#wake()
  }
}

function runsOf(message: Uint8Array | ControlPdu | readonly Pdv[]): Uint8Array[] {
  if (message instanceof Uint8Array) return [message]
  if ('type' in message) return [encodePdu(message)]
  return message.flatMap((pdv) => encodePDataTf([pdv]))
}
