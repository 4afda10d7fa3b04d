import { DataSetDecodeError, type DataSetDecodeErrorCode } from '../data-set-decode-error.ts'
import { vrOf, vrsOf } from '../dictionary/dictionary.ts'
import {
  type ElementEncoding,
  implicitLittleEndian,
  itemDelimitationTag,
  itemTag,
  longHeaderBytes,
  sequenceDelimitationTag,
  shortHeaderBytes,
  undefinedLength,
} from '../encoding.ts'
import { formatTag } from '../tags.ts'
import { mayBeVr, mayHaveUndefinedLength, shortForm } from '../value-representation.ts'
import type { ElementHeader, ElementSink } from './element-sink.ts'

/**
 * What the parser is inside of. `end` is where it ends, or undefined when a delimiter ends it; a value, of an element or a fragment,
 * always has an end.
 */
interface Container {
  readonly kind: 'sequence' | 'fragments' | 'item' | 'fragment' | 'element'
  readonly end: number | undefined
  /** Where whatever is around it ends, at the latest. */
  readonly limit: number | undefined
  readonly encoding: ElementEncoding
}

export interface ElementParserOptions {
  readonly encoding: ElementEncoding
  readonly sink: ElementSink
  /** Sequences inside sequences. */
  readonly maximumDepth: number
}

/**
 * Reads a data set, cut anywhere, and tells the sink. It holds no value and calls itself for nothing: what it is inside of is a list
 * as long as the depth, bounded, and a length is compared with what holds it before anything is done with it.
 */
export class ElementParser {
  readonly #encoding: ElementEncoding
  readonly #sink: ElementSink
  readonly #maximumDepth: number
  readonly #containers: Container[] = []
  readonly #header = Buffer.alloc(longHeaderBytes)
  #headerBytes = 0
  #headerLength = shortHeaderBytes
  /** Of the bytes already read. */
  #offset = 0
  #headerOffset = 0
  #depth = 0

  constructor(options: ElementParserOptions) {
    this.#encoding = options.encoding
    this.#sink = options.sink
    this.#maximumDepth = options.maximumDepth
  }

  /** @throws DataSetDecodeError when the bytes cannot go on the data set; and what the sink throws. */
  push(bytes: Uint8Array): void {
    let position = 0
    while (position < bytes.length) {
      const top = this.#containers.at(-1)
      const before = position
      if (top?.end !== undefined && (top.kind === 'element' || top.kind === 'fragment')) {
        position += Math.min(top.end - this.#offset, bytes.length - position)
        this.#offset += position - before
        this.#sink.value(bytes.subarray(before, position))
        this.#close()
        continue
      }
      if (this.#headerBytes === 0) this.#headerOffset = this.#offset
      while (this.#headerBytes < this.#headerLength && position < bytes.length) {
        this.#header[this.#headerBytes++] = bytes[position++] ?? 0
      }
      this.#offset += position - before
      if (this.#headerBytes === this.#headerLength) this.#readHeader(top)
    }
  }

  /**
   * Passes over the value that comes next, if one does, but for so many bytes at its end; returns how many bytes those are that need not
   * be pushed.
   */
  skipValue(remainingBytes: number): number {
    const top = this.#containers.at(-1)
    if (top?.end === undefined || (top.kind !== 'element' && top.kind !== 'fragment')) return 0
    const skipped = Math.max(0, top.end - remainingBytes - this.#offset)
    this.#offset += skipped
    return skipped
  }

  /** @throws DataSetDecodeError when the data set may not end here. */
  end(): void {
    if (this.#headerBytes === 0 && this.#containers.length === 0) return
    this.#headerOffset = this.#offset
    this.#fail('the data set ends inside an element', 'DCM_DATA_SET_TRUNCATED')
  }

  #readHeader(container: Container | undefined): void {
    const header = this.#header
    const encoding = container?.encoding ?? this.#encoding
    const { explicitVr, bigEndian } = encoding
    const u16 = (offset: number) => (bigEndian ? header.readUInt16BE(offset) : header.readUInt16LE(offset))
    const u32 = (offset: number) => (bigEndian ? header.readUInt32BE(offset) : header.readUInt32LE(offset))
    const tag = u16(0) * 0x10000 + u16(2)
    // PS3.5 7.5: items and delimiters have no VR, whatever the transfer syntax.
    if (tag >= itemTag && tag <= sequenceDelimitationTag) {
      this.#headerDone()
      this.#readItem(tag, u32(4), container)
      return
    }
    if (!explicitVr) {
      this.#headerDone()
      this.#readElement(tag, implicitVr(tag, u32(4)), u32(4), container)
      return
    }
    const vr = header.readUInt16BE(4)
    const isLong = !shortForm.has(vr)
    if (isLong && !mayBeVr(vr)) this.#fail(`the element ${formatTag(tag)} has no value representation`)
    if (isLong && this.#headerBytes < longHeaderBytes) {
      this.#headerLength = longHeaderBytes
      return
    }
    this.#headerDone()
    this.#readElement(tag, header.toString('latin1', 4, 6), isLong ? u32(8) : u16(6), container)
  }

  #headerDone(): void {
    const limit = this.#containers.at(-1)?.limit
    if (limit !== undefined && this.#offset > limit) this.#fail('an element passes the end of what holds it')
    this.#headerBytes = 0
    this.#headerLength = shortHeaderBytes
  }

  #readElement(tag: number, vr: string, length: number, container: Container | undefined): void {
    if (container && container.kind !== 'item') this.#fail(`${formatTag(tag)} stands where an item belongs`)
    const encoding = container?.encoding ?? this.#encoding
    const isUndefined = length === undefinedLength
    const end = isUndefined ? undefined : this.#endOf(formatTag(tag), length)
    const header: ElementHeader = {
      tag,
      vr,
      length: isUndefined ? undefined : length,
      valueOffset: this.#offset,
      encoding,
    }
    if (isUndefined && !mayHaveUndefinedLength(vrCode(vr))) {
      this.#fail(`${formatTag(tag)} has an undefined length, and the VR ${vr} allows none`)
    }
    if (vr === 'SQ' || (isUndefined && vr === 'UN')) {
      this.#deeper()
      this.#sink.sequence(header)
      // PS3.5 6.2.2: UN of undefined length holds implicit little endian, whatever is around it.
      this.#open('sequence', end, vr === 'UN' ? implicitLittleEndian : encoding)
    } else if (isUndefined) {
      this.#deeper()
      this.#sink.fragments(header)
      this.#open('fragments', end, encoding)
    } else {
      this.#sink.element(header)
      this.#open('element', end, encoding)
    }
  }

  #readItem(tag: number, length: number, container: Container | undefined): void {
    const isUndefined = length === undefinedLength
    if (tag === itemTag && container?.kind === 'sequence') {
      this.#sink.item(isUndefined ? undefined : length)
      this.#open('item', isUndefined ? undefined : this.#endOf('an item', length), container.encoding)
    } else if (tag === itemTag && container?.kind === 'fragments' && !isUndefined) {
      this.#sink.item(length)
      this.#open('fragment', this.#endOf('a fragment', length), container.encoding)
    } else if (tag === itemDelimitationTag && container?.kind === 'item' && this.#mayBeDelimited(container)) {
      this.#leave(container)
      this.#close()
    } else if (
      tag === sequenceDelimitationTag &&
      (container?.kind === 'sequence' || container?.kind === 'fragments') &&
      this.#mayBeDelimited(container)
    ) {
      this.#leave(container)
      this.#close()
    } else {
      this.#fail(`${formatTag(tag)} does not belong here`)
    }
  }

  /** PS3.5 7.5.1: what has a length has no delimiter. Some write one all the same, as the last that the length counts. */
  #mayBeDelimited({ end }: Container): boolean {
    return end === undefined || end === this.#offset
  }

  #deeper(): void {
    this.#depth += 1
    if (this.#depth > this.#maximumDepth) {
      this.#fail(
        `sequences are nested deeper than the limit of ${String(this.#maximumDepth)}`,
        'DCM_DATA_SET_TOO_DEEP',
      )
    }
  }

  /** Where something of this length ends, which must not be behind the end of what holds it. */
  #endOf(what: string, length: number): number {
    const end = this.#offset + length
    const limit = this.#containers.at(-1)?.limit
    if (limit !== undefined && end > limit) {
      this.#fail(
        `${what} has ${String(length)} bytes, ${String(limit - this.#offset)} are left in what holds it`,
      )
    }
    return end
  }

  #open(kind: Container['kind'], end: number | undefined, encoding: ElementEncoding): void {
    this.#containers.push({ kind, end, limit: end ?? this.#containers.at(-1)?.limit, encoding })
    this.#close()
  }

  /** Leaves whatever ends here by its length. */
  #close(): void {
    for (let top = this.#containers.at(-1); top?.end === this.#offset; top = this.#containers.at(-1)) {
      this.#leave(top)
    }
  }

  #leave({ kind }: Container): void {
    this.#containers.pop()
    if (kind === 'element') this.#sink.elementEnd()
    else if (kind === 'item' || kind === 'fragment') this.#sink.itemEnd()
    else {
      this.#depth -= 1
      this.#sink.sequenceEnd()
    }
  }

  #fail(reason: string, code: DataSetDecodeErrorCode = 'DCM_DATA_SET_MALFORMED'): never {
    throw new DataSetDecodeError(reason, { code, byteOffset: this.#headerOffset })
  }
}

/** Only sequences and encapsulated pixel data have an undefined length, and implicit VR knows no encapsulation (PS3.5 A.1, A.4). */
function implicitVr(tag: number, length: number): string {
  if (length === undefinedLength) return 'SQ'
  // PS3.5 A.1: where OB or OW may stand, implicit means OW; so it does where US or OW may.
  const vrs = vrsOf(tag)
  return vrs.includes('OW') ? 'OW' : vrOf(tag)
}

function vrCode(vr: string): number {
  return vr.charCodeAt(0) * 0x100 + vr.charCodeAt(1)
}
