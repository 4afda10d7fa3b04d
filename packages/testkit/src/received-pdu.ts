import { type ControlPdu, PduDecoder, type PduEvent, type PdvFragment } from '@dcm/pdu'

/** One PDV as it was received, whole. */
export interface ReceivedPdv {
  readonly type: 'PDV'
  readonly presentationContextId: number
  readonly isCommand: boolean
  readonly isLast: boolean
  readonly data: Uint8Array
}

export type ReceivedPdu = ControlPdu | ReceivedPdv

/** Makes whole PDUs and PDVs of bytes. */
export class PduReader {
  readonly #decoder = new PduDecoder()
  #pieces: Uint8Array[] = []

  /** @throws PduDecodeError */
  read(chunk: Uint8Array, take: (pdu: ReceivedPdu) => void): void {
    this.#decoder.push(chunk)
    for (let event = this.#decoder.next(); event; event = this.#decoder.next()) {
      const pdu = this.#whole(event)
      if (pdu) take(pdu)
    }
  }

  #whole(event: PduEvent): ReceivedPdu | undefined {
    if (event.type === 'PDV') return this.#wholePdv(event)
    return event.type === 'P-DATA-TF' ? undefined : event
  }

  #wholePdv(fragment: PdvFragment): ReceivedPdv | undefined {
    this.#pieces.push(Buffer.from(fragment.data))
    if (!fragment.endOfPdv) return undefined
    const { presentationContextId, isCommand, isLast } = fragment
    const data = Buffer.concat(this.#pieces)
    this.#pieces = []
    return { type: 'PDV', presentationContextId, isCommand, isLast, data }
  }
}

/** In one line, for a test's message. What a user identity and its answer hold is told by its length. */
export function describeReceived(pdu: ReceivedPdu): string {
  const shown = pdu.type === 'PDV' ? { ...pdu, data: Buffer.from(pdu.data).toString('hex') } : pdu
  return JSON.stringify(shown, (field, value: unknown) =>
    secretFields.has(field) && value instanceof Uint8Array ? `${String(value.length)} bytes` : value,
  )
}

/** PS3.7 D.3.3.7: a test's log outlives the test, and its secrets may be real ones. */
const secretFields: ReadonlySet<string> = new Set(['primaryField', 'secondaryField', 'serverResponse'])
