import {
  type ControlPdu,
  encodePDataTf,
  encodePdu,
  type PduEvent,
  PduDecoder,
  type Pdv,
  type PdvFragment,
} from '@dcm/pdu'
import type { Connection } from '@dcm/transport'

/** One PDV as it was received, whole. */
export interface ReceivedPdv {
  readonly type: 'PDV'
  readonly presentationContextId: number
  readonly isCommand: boolean
  readonly isLast: boolean
  readonly data: Uint8Array
}

export type ReceivedPdu = ControlPdu | ReceivedPdv

/**
 * The other side of a conversation, written down as a dialogue: `send` this, `expect` that. It has no state machine, so that
 * it can say what no honest peer would.
 */
export class ScriptedPeer {
  readonly connection: Connection
  readonly #decoder = new PduDecoder()
  readonly #received: ReceivedPdu[] = []
  readonly #closed: Promise<void>
  #pieces: Uint8Array[] = []
  #wake: () => void = () => undefined
  #over = false

  constructor(connection: Connection) {
    this.connection = connection
    const { stream } = connection
    this.#closed = new Promise((resolve) => {
      stream.once('close', () => {
        this.#over = true
        this.#wake()
        resolve()
      })
    })
    stream.on('error', () => undefined)
    stream.on('end', () => {
      this.#over = true
      this.#wake()
      stream.end()
    })
    stream.on('data', (chunk: Uint8Array) => {
      this.#decoder.push(chunk)
      for (let event = this.#decoder.next(); event; event = this.#decoder.next()) this.#take(event)
      this.#wake()
    })
    stream.resume()
  }

  /** Bytes as they are, a PDU, or PDVs in a P-DATA-TF each. In pieces of `chunkBytes`, if given. */
  send(message: Uint8Array | ControlPdu | readonly Pdv[], chunkBytes = Infinity): void {
    for (const run of runsOf(message)) {
      if (chunkBytes >= run.length) this.connection.stream.write(run)
      else
        for (let from = 0; from < run.length; from += chunkBytes) {
          this.connection.stream.write(run.subarray(from, from + chunkBytes))
        }
    }
  }

  /** The next PDU or PDV; undefined when the other side closed instead. */
  async next(): Promise<ReceivedPdu | undefined> {
    for (;;) {
      const pdu = this.#received.shift()
      if (pdu) return pdu
      if (this.#over) return undefined
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  /** The next PDU or PDV, which has to be of this type. */
  async expect<Type extends ReceivedPdu['type']>(type: Type): Promise<Extract<ReceivedPdu, { type: Type }>> {
    const pdu = await this.next()
    if (pdu?.type !== type)
      throw new Error(`expected ${type}, got ${pdu ? JSON.stringify(pdu) : 'the close'}`)
    return pdu as Extract<ReceivedPdu, { type: Type }>
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

  #take(event: PduEvent): void {
    if (event.type === 'PDV') this.#takeFragment(event)
    else if (event.type !== 'P-DATA-TF') this.#received.push(event)
  }

  #takeFragment(fragment: PdvFragment): void {
    this.#pieces.push(fragment.data)
    if (!fragment.endOfPdv) return
    const { presentationContextId, isCommand, isLast } = fragment
    const data = Buffer.concat(this.#pieces)
    this.#pieces = []
    this.#received.push({ type: 'PDV', presentationContextId, isCommand, isLast, data })
  }
}

function runsOf(message: Uint8Array | ControlPdu | readonly Pdv[]): Uint8Array[] {
  if (message instanceof Uint8Array) return [message]
  if ('type' in message) return [encodePdu(message)]
  return message.flatMap((pdv) => encodePDataTf([pdv]))
}
