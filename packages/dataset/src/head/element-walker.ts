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
import {
  mayBeVr,
  mayHaveUndefinedLength,
  shortForm,
  unknownVr,
  type VrCode,
} from '../value-representation.ts'

export interface ElementWalkerOptions {
  readonly encoding: ElementEncoding
  readonly tags: readonly number[]
  readonly maximumHeadBytes: number
  readonly maximumValueBytes: number
}

/**
 * Walks over the elements of a data set, cut anywhere, and keeps the values wanted. Nesting is a number, not a stack: what has a
 * length is passed over whole, so only things of undefined length are ever entered, and those are by turns a sequence (odd depth)
 * and an item of it (even depth).
 */
export class ElementWalker {
  readonly #encoding: ElementEncoding
  /** What was not met yet, and what was. */
  readonly #wanted: Set<number>
  readonly #found = new Map<number, Buffer>()
  readonly #lastTag: number
  readonly #maximumHeadBytes: number
  readonly #maximumValueBytes: number
  /** How many bytes the chunks before had. */
  #walkedBytes = 0
  /** Where the next header begins in the data set: often behind a value that is still to come. */
  #headerOffset = 0
  /** The beginning of that header, where a chunk cut it. */
  readonly #cutHeader = new Uint8Array(longHeaderBytes)
  #cutHeaderBytes = 0
  /** Ends where the next header begins. */
  #collecting: { readonly tag: number; readonly value: Buffer } | undefined
  #depth = 0
  /** PS3.5 6.2.2: UN of undefined length holds implicit little endian, whatever is around it. Its depth. */
  #unknownDepth: number | undefined
  #examinedBytes = 0
  #finished = false

  constructor(options: ElementWalkerOptions) {
    this.#encoding = options.encoding
    this.#wanted = new Set(options.tags)
    this.#lastTag = Math.max(...options.tags)
    this.#maximumHeadBytes = options.maximumHeadBytes
    this.#maximumValueBytes = options.maximumValueBytes
  }

  /** Of a wanted element; undefined when it was not there, or not yet. */
  value(tag: number): Buffer | undefined {
    return this.#found.get(tag)
  }

  /** Whether the data set may end here. */
  get betweenElements(): boolean {
    return this.#headerOffset === this.#walkedBytes && this.#depth === 0
  }

  /** How many bytes the data set has at least: to the end of the value that is being passed over or collected. */
  get minimumBytes(): number {
    return Math.max(this.#headerOffset, this.#walkedBytes)
  }

  /**
   * Walks on over the next bytes; true when no more are needed.
   *
   * @throws RangeError when they cannot be a data set of this encoding, or the limit is passed.
   */
  walk(bytes: Uint8Array): boolean {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    for (;;) {
      if (this.#collecting) this.#collect(this.#collecting, bytes)
      if (this.#finished) return true
      const position = this.#headerOffset + this.#cutHeaderBytes - this.#walkedBytes
      if (position >= bytes.length) break
      if (this.#cutHeaderBytes > 0 || !this.#readHeader(view, position)) {
        this.#continueHeader(view.getUint8(position))
      }
    }
    this.#walkedBytes += bytes.length
    return false
  }

  /** Takes one more byte of a header that is cut: only its VR tells how many it has. */
  #continueHeader(byte: number): void {
    this.#cutHeader[this.#cutHeaderBytes++] = byte
    const isWhole = this.#readHeader(new DataView(this.#cutHeader.buffer, 0, this.#cutHeaderBytes), 0)
    if (isWhole) this.#cutHeaderBytes = 0
  }

  /** Reads the header that begins here; false, with nothing done, when the bytes end inside it. */
  #readHeader(view: DataView, position: number): boolean {
    const available = view.byteLength - position
    if (available < shortHeaderBytes) return false
    const { explicitVr, bigEndian } = this.#unknownDepth === undefined ? this.#encoding : implicitLittleEndian
    const tag = view.getUint16(position, !bigEndian) * 0x10000 + view.getUint16(position + 2, !bigEndian)
    // PS3.5 7.5: items and delimiters have no VR, whatever the transfer syntax.
    const isItem = tag >= itemTag && tag <= sequenceDelimitationTag
    const vr = explicitVr && !isItem ? view.getUint16(position + 4) : undefined
    const isShort = vr !== undefined && shortForm.has(vr)
    const isLong = vr !== undefined && !isShort
    if (isLong && !mayBeVr(vr)) this.#fail(`the element ${formatTag(tag)} has no value representation`)
    const headerBytes = isLong ? longHeaderBytes : shortHeaderBytes
    if (available < headerBytes) return false
    const valueOffset = position + headerBytes
    const length = isShort
      ? view.getUint16(valueOffset - 2, !bigEndian)
      : view.getUint32(valueOffset - 4, !bigEndian)
    this.#examinedBytes += headerBytes
    if (this.#examinedBytes > this.#maximumHeadBytes) this.#failTooLong()
    if (isItem) this.#readItem(tag, length)
    else this.#readElement(tag, vr, length)
    this.#headerOffset += headerBytes
    return true
  }

  #readItem(tag: number, length: number): void {
    const inSequence = this.#depth % 2 === 1
    if (tag === itemTag && inSequence) {
      if (length === undefinedLength) this.#depth += 1
      else this.#headerOffset += length
    } else if (tag === itemDelimitationTag && !inSequence && this.#depth > 0) {
      this.#depth -= 1
    } else if (tag === sequenceDelimitationTag && inSequence) {
      if (this.#depth === this.#unknownDepth) this.#unknownDepth = undefined
      this.#depth -= 1
    } else {
      this.#fail(`${formatTag(tag)} does not belong here`)
    }
  }

  #readElement(tag: number, vr: VrCode | undefined, length: number): void {
    if (this.#depth % 2 === 1) this.#fail(`${formatTag(tag)} stands where an item belongs`)
    // PS3.5 7.1: elements come in ascending order.
    if (this.#depth === 0 && tag > this.#lastTag) {
      this.#finished = true
      return
    }
    if (length === undefinedLength) {
      if (vr !== undefined && !mayHaveUndefinedLength(vr)) {
        this.#fail(`${formatTag(tag)} has an undefined length, and a VR that allows none`)
      }
      this.#depth += 1
      if (vr === unknownVr) this.#unknownDepth = this.#depth
      return
    }
    if (this.#depth === 0 && this.#wanted.delete(tag) && length <= this.#maximumValueBytes) {
      this.#examinedBytes += length
      if (this.#examinedBytes > this.#maximumHeadBytes) this.#failTooLong()
      this.#collecting = { tag, value: Buffer.allocUnsafe(length) }
    }
    this.#headerOffset += length
  }

  /** Copies what this chunk has of the value. */
  #collect({ tag, value }: { readonly tag: number; readonly value: Buffer }, bytes: Uint8Array): void {
    const end = this.#headerOffset - this.#walkedBytes
    // Before this chunk, when chunks before had the beginning.
    const start = end - value.length
    value.set(bytes.subarray(Math.max(start, 0), end), Math.max(-start, 0))
    if (end > bytes.length) return
    this.#found.set(tag, value)
    this.#collecting = undefined
    this.#finished = this.#wanted.size === 0
  }

  #failTooLong(): never {
    this.#fail(`the head exceeds the limit of ${String(this.#maximumHeadBytes)} bytes`)
  }

  #fail(reason: string): never {
    throw new RangeError(`${reason}, at byte ${String(this.#headerOffset)} of the data set`)
  }
}
