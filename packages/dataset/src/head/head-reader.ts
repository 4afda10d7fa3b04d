import { UsageError } from '@dcm/pdu'
import { dataSetEncoding } from '../encoding.ts'
import { requireBytes, requireTag, requireTransferSyntax } from '../require-usable.ts'
import { valueText } from '../value-text.ts'
import { ElementWalker } from './element-walker.ts'
import { HeadInflater } from './head-inflater.ts'

export interface HeadReaderOptions {
  /** How the data set is written; what is not known is taken as explicit little endian. */
  readonly transferSyntaxUid: string
  /** The elements wanted, at the top level of the data set, as `0xggggeeee`. */
  readonly tags: readonly number[]
  /**
   * How much is looked at before giving up, in bytes of element headers and wanted values; when deflated, of all inflated bytes.
   * Values passed over cost nothing and do not count. Default 1048576: some hundred thousand elements, a few milliseconds of work.
   */
  readonly maximumHeadBytes?: number
  /** The longest wanted value kept, in bytes; longer ones are passed over. Default 65536, well above any text of PS3.5 6.2 but UC, UR and UT. */
  readonly maximumValueBytes?: number
}

/** `reading` wants more bytes; `done` knows all there is to know; `failed` could not make sense of the data set. */
export type HeadReaderState = 'reading' | 'done' | 'failed'

/**
 * Reads a few elements from the head of a data set while it streams past. Hand it every chunk: it looks at the first of them and
 * ignores the rest, never keeps a chunk, and never throws because of what a data set holds.
 */
export class HeadReader {
  readonly #walker: ElementWalker
  readonly #inflater: HeadInflater | undefined
  #state: HeadReaderState = 'reading'
  #failure: string | undefined

  /** @throws UsageError for no transfer syntax, and tags that are none */
  constructor(options: HeadReaderOptions) {
    requireTransferSyntax(options)
    requireTags(options.tags)
    const { maximumHeadBytes = 1_048_576, maximumValueBytes = 65_536 } = options
    const encoding = dataSetEncoding(options.transferSyntaxUid)
    this.#walker = new ElementWalker({ encoding, tags: options.tags, maximumHeadBytes, maximumValueBytes })
    this.#inflater = encoding.deflated ? new HeadInflater(maximumHeadBytes) : undefined
    if (options.tags.length === 0) this.#state = 'done'
  }

  get state(): HeadReaderState {
    return this.#state
  }

  /** Why the state is `failed`; names tags and offsets, never values. */
  get failure(): string | undefined {
    return this.#failure
  }

  /**
   * How long the data set is at least, by the lengths of the elements met until now: who knows that it is shorter knows that it is cut.
   * In bytes; when deflated, of what it inflates to.
   */
  get minimumDataSetBytes(): number {
    return this.#walker.minimumBytes
  }

  /** The next bytes of the data set. They are not kept. @throws UsageError `DCM_DATA_SET_TYPE` for what is no Uint8Array */
  push(chunk: Uint8Array): void {
    requireBytes(chunk)
    if (this.#state !== 'reading') return
    this.#walk(this.#inflater?.push(chunk) ?? [chunk])
  }

  /** The data set has no more bytes. */
  end(): void {
    if (this.#state !== 'reading') return
    if (this.#walk(this.#inflater?.end() ?? [])) return
    if (this.#walker.betweenElements) this.#state = 'done'
    else this.#fail('the data set ends inside an element')
  }

  /** The bytes of a wanted element, padding included: a copy, the caller's to keep. Undefined when it was not there, or not yet. @throws UsageError `DCM_TAG_INVALID` */
  value(tag: number): Uint8Array | undefined {
    requireTag(tag)
    return this.#walker.value(tag)
  }

  /** A wanted element of one-byte characters, such as a UID, without its padding. @throws UsageError `DCM_TAG_INVALID` */
  text(tag: number): string | undefined {
    requireTag(tag)
    const value = this.#walker.value(tag)
    return value && valueText(value, 0, value.length)
  }

  /** Whether that settled the state. */
  #walk(runs: Iterable<Uint8Array>): boolean {
    try {
      for (const run of runs) {
        if (!this.#walker.walk(run)) continue
        this.#state = 'done'
        return true
      }
      return false
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error))
      return true
    }
  }

  #fail(reason: string): void {
    this.#state = 'failed'
    this.#failure = reason
  }
}

/** From JavaScript: keywords, which would never be found. */
function requireTags(tags: readonly number[]): void {
  if (Array.isArray(tags) && tags.every(Number.isInteger)) return
  throw new UsageError('the tags of a HeadReader are no numbers, such as 0x00100010', 'DCM_TAG_INVALID')
}
