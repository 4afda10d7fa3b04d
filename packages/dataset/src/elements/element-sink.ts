import type { ElementEncoding } from '../encoding.ts'

/** How an element was introduced. */
export interface ElementHeader {
  readonly tag: number
  /** As written, or from the dictionary where the transfer syntax is implicit. */
  readonly vr: string
  /** Of the value, in bytes; undefined for a sequence or fragments that a delimiter ends. */
  readonly length: number | undefined
  /** Where its value begins, in bytes since the data set's first. */
  readonly valueOffset: number
  /** How it is written, and numbers in its value. */
  readonly encoding: ElementEncoding
}

/**
 * Who is told what a data set holds, in the order it is written. An element is either a value, `value` once for each piece that
 * arrives, or a sequence of items of elements, or fragments (PS3.5 A.4), which are items with a value each.
 */
export interface ElementSink {
  element(header: ElementHeader): void
  /** A piece of the value of the last element or fragment: a view, valid during the call. */
  value(bytes: Uint8Array): void
  elementEnd(): void
  sequence(header: ElementHeader): void
  fragments(header: ElementHeader): void
  /** An item of a sequence; or of fragments, and then pieces of its value follow. */
  item(length: number | undefined): void
  itemEnd(): void
  /** Of a sequence or fragments. */
  sequenceEnd(): void
}
