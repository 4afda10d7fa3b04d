import { decodeControlPdu } from './decode-control-pdu.ts'
import { PduDecodeError } from './pdu-decode-error.ts'
import { type PduDecoderLimits, resolveLimits } from './pdu-decoder-limits.ts'
import { allowedLengths, pduLengthError } from './pdu-length.ts'
import { pduName } from './pdu-types.ts'
import type { ControlPdu, PduEvent } from './pdu.ts'
import { PdvReader } from './pdv-reader.ts'
import { BodyCollector } from './wire/body-collector.ts'
import { ChunkCursor } from './wire/chunk-cursor.ts'
import { itemName } from './wire/item-name.ts'
import { requireBytes } from './wire/require-bytes.ts'

/**
 * Bytes in, PDUs out: no socket, no clock. Push a chunk, then call {@link PduDecoder.next} until it returns undefined.
 * However the bytes are cut into chunks the events are the same, save that a PDV comes in as many fragments as chunks it spans.
 */
export class PduDecoder {
  readonly #maximumAssociateItems: number
  readonly #allowedLengths: ReturnType<typeof allowedLengths>
  readonly #cursor = new ChunkCursor()
  readonly #pdvs = new PdvReader(this.#cursor)
  /** The control PDU whose header was read and whose body was not. */
  #open: { readonly name: ControlPdu['type']; readonly length: number } | undefined
  /** Its body, when no one chunk held all of it. */
  #collector: BodyCollector | undefined
  #failure: PduDecodeError | undefined

  /** @throws UsageError `DCM_LIMIT_RANGE` */
  constructor(limits: PduDecoderLimits = {}) {
    const resolved = resolveLimits(limits)
    this.#maximumAssociateItems = resolved.maximumAssociateItems
    this.#allowedLengths = allowedLengths(resolved)
  }

  /**
   * Hands the next bytes over. They are read in place and must stay unchanged until `next()` returns undefined or throws; the
   * `data` of a fragment is a view of them. After an error they are dropped.
   *
   * @throws UsageError `DCM_DECODER_BUSY` while bytes of the chunk before are unread: nothing is queued here; `DCM_BYTES_TYPE` for what
   * is no Uint8Array
   */
  push(chunk: Uint8Array): void {
    requireBytes(chunk, 'a chunk')
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
      const event = this.#pdvs.pduRemaining > 0 ? this.#pdvs.next() : this.#nextPdu()
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
    return this.#pdvs.pduRemaining > 0 || this.#open !== undefined || this.#cursor.heldBytes > 0
  }

  /** A P-DATA-TF that begins, or a control PDU as a whole; undefined when more bytes are needed. */
  #nextPdu(): PduEvent | undefined {
    if (this.#open === undefined) {
      const pduType = this.#cursor.peekHeader()
      if (pduType === undefined) return undefined
      const name = pduName(pduType)
      if (name === undefined) throw this.#unknownPduType(pduType)
      const header = this.#cursor.takeHeader()
      if (header === undefined) return undefined
      const length = header.getUint32(2)
      // Judged before anything of the PDU is kept: what the type demands, then what the limits allow.
      const allowed = this.#allowedLengths[name]
      if (length < allowed.minimum || length > (allowed.limit ?? allowed.minimum)) {
        throw pduLengthError(name, length, allowed, this.#cursor.byteOffset - 4)
      }
      if (name === 'P-DATA-TF') {
        this.#pdvs.pduRemaining = length
        return { type: name, length }
      }
      this.#open = { name, length }
    }
    return this.#readBody(this.#open.name, this.#open.length)
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
    return decodeControlPdu(name, body, bodyOffset, this.#maximumAssociateItems)
  }

  /** PS3.8 9.3.1, judged by the first byte alone: whoever speaks another protocol is told at once. */
  #unknownPduType(pduType: number): PduDecodeError {
    return new PduDecodeError(`PDU type ${itemName(pduType)} is not known; allowed are 01H to 07H`, {
      code: 'DCM_PDU_TYPE',
      byteOffset: this.#cursor.byteOffset - this.#cursor.heldBytes,
      pduType,
      abortReason: 1,
    })
  }
}
