import { decodeControlPdu } from './decode-control-pdu.ts'
import { PduDecodeError } from './pdu-decode-error.ts'
import { type PduDecoderLimits, resolveLimits } from './pdu-decoder-limits.ts'
import { requirePduLength } from './pdu-length.ts'
import { pduName, type PduName } from './pdu-types.ts'
import type { ControlPdu, PduEvent } from './pdu.ts'
import { PdvReader } from './pdv-reader.ts'
import { BodyCollector } from './wire/body-collector.ts'
import { ChunkCursor } from './wire/chunk-cursor.ts'
import { itemName } from './wire/item-name.ts'

/**
 * Bytes in, PDUs out: no socket, no clock. Push a chunk, then call {@link PduDecoder.next} until it returns undefined.
 * However the bytes are cut into chunks the events are the same, save that a PDV comes in as many fragments as chunks it spans.
 */
export class PduDecoder {
  readonly #limits: Required<PduDecoderLimits>
  readonly #cursor = new ChunkCursor()
  readonly #pdvs = new PdvReader(this.#cursor)
  /** The control PDU whose header was read and whose body was not. */
  #open: { readonly name: ControlPdu['type']; readonly length: number } | undefined
  /** Its body, when no one chunk held all of it. */
  #collector: BodyCollector | undefined
  #failure: PduDecodeError | undefined

  /** @throws UsageError `DCM_LIMIT_RANGE` */
  constructor(limits: PduDecoderLimits = {}) {
    this.#limits = resolveLimits(limits)
  }

  /**
   * Hands the next bytes over. They are read in place and must stay unchanged until `next()` returns undefined or throws; the
   * `data` of a fragment is a view of them. After an error they are dropped.
   *
   * @throws UsageError `DCM_DECODER_BUSY` while bytes of the chunk before are unread: nothing is queued here.
   */
  push(chunk: Uint8Array): void {
    if (this.#failure === undefined) this.#cursor.push(chunk)
  }

  /**
   * The next event, or undefined when more bytes are needed; then the decoder has let go of the chunk.
   *
   * @throws PduDecodeError when the bytes are no PDU; from then on the same error again and always.
   */
  next(): PduEvent | undefined {
    if (this.#failure !== undefined) throw this.#failure
    try {
      const event = this.#advance()
      if (event === undefined) this.#cursor.release()
      return event
    } catch (error) {
      // Whatever it is, the place in the stream is lost.
      this.#failure = error as PduDecodeError
      this.#cursor.release()
      this.#collector = undefined
      throw error
    }
  }

  /**
   * Bytes of an unfinished header or control PDU that were copied and are kept: at most the limit for A-ASSOCIATE PDUs, less than
   * 6 within a P-DATA-TF. The memory set aside for them is twice that at most, or 1 KiB.
   */
  get heldBytes(): number {
    return this.#cursor.heldBytes + (this.#collector?.filled ?? 0)
  }

  /** Whether the bytes read so far end in the middle of a PDU. */
  get midPdu(): boolean {
    return this.#pdvs.open || this.#open !== undefined || this.#cursor.heldBytes > 0
  }

  #advance(): PduEvent | undefined {
    if (this.#pdvs.open) return this.#pdvs.next()
    if (this.#open === undefined) {
      const started = this.#beginPdu()
      if (started === undefined) return undefined
      if (started.name === 'P-DATA-TF') {
        this.#pdvs.begin(started.length)
        return { type: 'P-DATA-TF', length: started.length }
      }
      this.#open = { name: started.name, length: started.length }
    }
    return this.#readBody(this.#open.name, this.#open.length)
  }

  /** A PDU header, its announcements checked; undefined when more bytes are needed. */
  #beginPdu(): { readonly name: PduName; readonly length: number } | undefined {
    const byteOffset = this.#cursor.byteOffset - this.#cursor.heldBytes
    const pduType = this.#cursor.peekHeader()
    if (pduType === undefined) return undefined
    const name = requirePduType(pduType, byteOffset)
    const header = this.#cursor.takeHeader()
    if (header === undefined) return undefined
    const length = header.getUint32(2)
    requirePduLength(name, length, this.#limits, byteOffset + 2)
    return { name, length }
  }

  /** Reads a body in place when the chunk holds all of it, else collects it; undefined when more bytes are needed. */
  #readBody(name: ControlPdu['type'], length: number): ControlPdu | undefined {
    let body = this.#cursor.take(this.#collector?.missing ?? length)
    if (body.length < length) {
      this.#collector ??= new BodyCollector(length)
      this.#collector.add(body)
      if (this.#collector.missing > 0) return undefined
      body = this.#collector.bytes
    }
    this.#open = undefined
    this.#collector = undefined
    const bodyOffset = this.#cursor.byteOffset - length
    return decodeControlPdu(name, body, bodyOffset, this.#limits.maximumAssociateItems)
  }
}

/** PS3.8 9.3.1, judged by the first byte alone: whoever speaks another protocol is told at once. */
function requirePduType(pduType: number, byteOffset: number): PduName {
  const name = pduName(pduType)
  if (name !== undefined) return name
  throw new PduDecodeError(`PDU type ${itemName(pduType)} is not known; allowed are 01H to 07H`, {
    code: 'DCM_PDU_TYPE',
    byteOffset,
    pduType,
    abortReason: 1,
  })
}
