import { type ElementEncoding, implicitLittleEndian } from '../encoding.ts'
import { formatTag } from '../tags.ts'
import { hasLongForm, mayHaveUndefinedLength, unknownVr, type VrCode } from '../value-representation.ts'

/** PS3.5 7.1.1: the length is not known; a delimiter will come. */
const undefinedLength = 0xffffffff
const itemTag = 0xfffee000
const itemDelimitationTag = 0xfffee00d
const sequenceDelimitationTag = 0xfffee0dd

const shortHeaderBytes = 8
const longHeaderBytes = 12

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
  /** What was not met yet, and what was: a few of them, each of which a list finds sooner than a set. */
  readonly #wanted: number[]
  readonly #found: { readonly tag: number; readonly value: Buffer }[] = []
  readonly #lastTag: number
  readonly #maximumHeadBytes: number
  readonly #maximumValueBytes: number
  readonly #header = Buffer.alloc(longHeaderBytes)
  #headerBytes = 0
  #headerLength = shortHeaderBytes
  #skip = 0
  #collecting: { readonly tag: number; readonly value: Buffer; filled: number } | undefined
  #depth = 0
  /** PS3.5 6.2.2: UN of undefined length holds implicit little endian, whatever is around it. Its depth. */
  #unknownDepth: number | undefined
  #offset = 0
  #elementOffset = 0
  #examinedBytes = 0
  #finished = false

  constructor(options: ElementWalkerOptions) {
    this.#encoding = options.encoding
    this.#wanted = [...new Set(options.tags)]
    this.#lastTag = Math.max(...options.tags)
    this.#maximumHeadBytes = options.maximumHeadBytes
    this.#maximumValueBytes = options.maximumValueBytes
  }

  /** Of a wanted element; undefined when it was not there, or not yet. */
  value(tag: number): Buffer | undefined {
    return this.#found.find((each) => each.tag === tag)?.value
  }

  /** Whether the data set may end here. */
  get betweenElements(): boolean {
    return this.#headerBytes === 0 && this.#skip === 0 && !this.#collecting && this.#depth === 0
  }

  /** How many bytes the data set has at least: to the end of the value that is being passed over or collected. */
  get minimumBytes(): number {
    const uncollected = this.#collecting ? this.#collecting.value.length - this.#collecting.filled : 0
    return this.#offset + this.#skip + uncollected
  }

  /**
   * Walks on over the next bytes; true when no more are needed.
   *
   * @throws RangeError when they cannot be a data set of this encoding, or the limit is passed.
   */
  walk(bytes: Uint8Array): boolean {
    let position = 0
    while (!this.#finished && position < bytes.length) {
      const before = position
      if (this.#skip > 0) {
        position += Math.min(this.#skip, bytes.length - position)
        this.#skip -= position - before
      } else if (this.#collecting) {
        position += this.#collect(bytes.subarray(position))
      } else {
        if (this.#headerBytes === 0) this.#elementOffset = this.#offset
        while (this.#headerBytes < this.#headerLength && position < bytes.length) {
          this.#header[this.#headerBytes++] = bytes[position++] ?? 0
        }
        if (this.#headerBytes === this.#headerLength) this.#readHeader()
      }
      this.#offset += position - before
    }
    return this.#finished
  }

  #readHeader(): void {
    const header = this.#header
    const { explicitVr, bigEndian } = this.#unknownDepth === undefined ? this.#encoding : implicitLittleEndian
    const tag = this.#u16(0, bigEndian) * 0x10000 + this.#u16(2, bigEndian)
    // PS3.5 7.5: items and delimiters have no VR, whatever the transfer syntax.
    if (tag >= itemTag && tag <= sequenceDelimitationTag) {
      this.#startElement()
      this.#readItem(tag, this.#u32(4, bigEndian))
      return
    }
    if (!explicitVr) {
      this.#startElement()
      this.#readElement(tag, undefined, this.#u32(4, bigEndian))
      return
    }
    const vr = header.readUInt16BE(4)
    const isLong = hasLongForm(vr)
    if (isLong === undefined) this.#fail(`the element ${formatTag(tag)} has no value representation`)
    if (isLong && this.#headerBytes < longHeaderBytes) {
      this.#headerLength = longHeaderBytes
      return
    }
    this.#startElement()
    this.#readElement(tag, vr, isLong ? this.#u32(8, bigEndian) : this.#u16(6, bigEndian))
  }

  #u16(offset: number, bigEndian: boolean): number {
    return bigEndian ? this.#header.readUInt16BE(offset) : this.#header.readUInt16LE(offset)
  }

  #u32(offset: number, bigEndian: boolean): number {
    return bigEndian ? this.#header.readUInt32BE(offset) : this.#header.readUInt32LE(offset)
  }

  #startElement(): void {
    this.#examine(this.#headerBytes)
    this.#headerBytes = 0
    this.#headerLength = shortHeaderBytes
  }

  #readItem(tag: number, length: number): void {
    const inSequence = this.#depth % 2 === 1
    if (tag === itemTag && inSequence) {
      if (length === undefinedLength) this.#depth += 1
      else this.#skip = length
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
    } else if (length === undefinedLength) {
      if (vr !== undefined && !mayHaveUndefinedLength(vr)) {
        this.#fail(`${formatTag(tag)} has an undefined length, and a VR that allows none`)
      }
      this.#depth += 1
      if (vr === unknownVr) this.#unknownDepth = this.#depth
    } else if (this.#depth === 0 && this.#takeWanted(tag) && length <= this.#maximumValueBytes) {
      this.#examine(length)
      this.#collecting = { tag, value: Buffer.allocUnsafe(length), filled: 0 }
      if (length === 0) this.#collect(this.#header)
    } else {
      this.#skip = length
    }
  }

  /** Whether it is wanted, and met for the first time. */
  #takeWanted(tag: number): boolean {
    const index = this.#wanted.indexOf(tag)
    if (index >= 0) this.#wanted.splice(index, 1)
    return index >= 0
  }

  /** Takes what belongs to the value being collected; returns how many bytes that was. */
  #collect(bytes: Uint8Array): number {
    if (!this.#collecting) return 0
    const { tag, value, filled } = this.#collecting
    const taken = bytes.subarray(0, value.length - filled)
    value.set(taken, filled)
    this.#collecting.filled += taken.length
    if (this.#collecting.filled === value.length) {
      this.#found.push({ tag, value })
      this.#collecting = undefined
      this.#finished = this.#wanted.length === 0
    }
    return taken.length
  }

  #examine(bytes: number): void {
    this.#examinedBytes += bytes
    if (this.#examinedBytes > this.#maximumHeadBytes) {
      this.#fail(`the head exceeds the limit of ${String(this.#maximumHeadBytes)} bytes`)
    }
  }

  #fail(reason: string): never {
    throw new RangeError(`${reason}, at byte ${String(this.#elementOffset)} of the data set`)
  }
}
