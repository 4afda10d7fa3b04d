import { UsageError } from '@dcm/pdu'
import type { CharacterSet } from '../charset/character-set.ts'
import { nameOf, vrOf } from '../dictionary/dictionary.ts'
import { vrKind } from '../elements/vr-kinds.ts'
import { type ElementEncoding, itemTag, sequenceDelimitationTag } from '../encoding.ts'
import type { DicomJson, DicomJsonElement, DicomJsonValue } from '../model/dicom-json.ts'
import { requireElements } from '../require-usable.ts'
import { checkedElement } from './checked-element.ts'
import { elementHeader, itemHeader } from './element-writer.ts'
import { encodeBinary, encodeValues } from './encode-value.ts'

const specificCharacterSetTag = 0x00080005
/** PS3.5 7.1.1: FFFFFFFFH means undefined. */
const maximumLength = 0xfffffffe
/** PS3.5 7.1.2: what may have an undefined length, and is no sequence. */
const fragmentVrs: ReadonlySet<string> = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW'])
/**
 * PS3.5 7.1, 7.5: of commands, of items and delimiters. What else is not to be used, peers send all the same, and get back: Orthanc asks
 * for an element of group 0002H.
 */
const foreignGroups: ReadonlySet<number> = new Set([0x0000, 0xfffe])

export interface JsonEncoderOptions {
  readonly encoding: ElementEncoding
  readonly characterSet: CharacterSet
  readonly maximumDepth: number
  readonly bulkData: ((uri: string) => Uint8Array) | undefined
}

/** Writes the JSON model as elements; sequences and items with their lengths. */
export class JsonEncoder {
  readonly #options: JsonEncoderOptions
  readonly #chunks: Uint8Array[] = []
  #length = 0

  constructor(options: JsonEncoderOptions) {
    this.#options = options
  }

  /** @throws UsageError `DCM_DATA_SET_INVALID` for what the standard has no bytes for. */
  encode(json: DicomJson): Uint8Array {
    this.#dataSet(json, 0)
    return Buffer.concat(this.#chunks, this.#length)
  }

  #dataSet(json: DicomJson, depth: number): void {
    const isAscii = this.#options.characterSet.terms.length === 0
    // PS3.5 7.1: in ascending order, whatever the order of an object's keys.
    const elements = Object.entries(json).map(([key, element]) => [tagOfKey(key), element] as const)
    elements.sort(([one], [other]) => one - other)
    for (const [index, [tag, element]] of elements.entries()) {
      // PS3.5 7.1: a tag occurs at most once; keys in capitals and in small letters are the same one.
      if (tag === elements[index - 1]?.[0]) throw invalid(tag, 'it is there twice')
      if (foreignGroups.has(tag >>> 16)) throw invalid(tag, 'its group is none of a data set')
      // Group lengths are retired and would be wrong (PS3.18 F.2.2), and a Specific Character Set is never empty (PS3.3 C.12.1, type 1C).
      const isLeftOut = (tag & 0xffff) === 0 || (tag === specificCharacterSetTag && isAscii)
      if (!isLeftOut) this.#element(tag, element, depth)
    }
  }

  #element(tag: number, unchecked: DicomJsonElement, depth: number): void {
    const { encoding, characterSet, bulkData } = this.#options
    const element = orInvalid(tag, () => checkedElement(unchecked))
    const vr = vrOfElement(tag, element)
    const kind = vrKind(vr)
    if (kind.type === 'sequence') {
      if ((element.InlineBinary ?? element.BulkDataURI ?? element.DataFragment) !== undefined) {
        throw invalid(tag, 'a sequence has items (PS3.18 F.2.2)')
      }
      this.#sequence(tag, element.Value ?? [], depth + 1)
    } else if (element.DataFragment !== undefined) {
      this.#fragments(tag, vr, element.DataFragment)
    } else if (element.BulkDataURI !== undefined) {
      if (!bulkData) throw invalid(tag, 'it has a BulkDataURI, and there is no bulkData to ask for it')
      this.#value(tag, vr, bulkData(element.BulkDataURI))
    } else if (element.InlineBinary !== undefined) {
      const { InlineBinary: base64 } = element
      const { bigEndian } = encoding
      this.#value(
        tag,
        vr,
        orInvalid(tag, () => encodeBinary(base64, { kind, bigEndian })),
      )
    } else {
      const values = tag === specificCharacterSetTag ? [...characterSet.terms] : (element.Value ?? [])
      const value = { vr, kind, bigEndian: encoding.bigEndian, characterSet }
      this.#value(
        tag,
        vr,
        orInvalid(tag, () => encodeValues(values, value)),
      )
    }
  }

  #value(tag: number, vr: string, value: Uint8Array): void {
    // Of `bulkData`, from JavaScript: a promise, for example.
    if (!(value instanceof Uint8Array)) throw invalid(tag, 'its bulk data is no Uint8Array')
    if (value.length > maximumLength) {
      throw invalid(tag, `it has ${String(value.length)} bytes, the limit is ${String(maximumLength)}`)
    }
    const isOdd = value.length % 2 === 1
    this.#write(elementHeader(this.#options.encoding, tag, vr, value.length + Number(isOdd)))
    this.#write(value)
    if (isOdd) this.#write(Uint8Array.of(paddingOf(vr)))
  }

  #sequence(tag: number, items: readonly DicomJsonValue[], depth: number): void {
    const { encoding, maximumDepth } = this.#options
    if (depth > maximumDepth) {
      throw invalid(tag, `sequences are nested deeper than the limit of ${String(maximumDepth)}`)
    }
    const writeItems = () => {
      for (const item of items) {
        if (!isItem(item)) throw invalid(tag, 'a value is no item')
        requireElements(item)
        this.#measured(
          tag,
          (length) => itemHeader(encoding, itemTag, length),
          () => {
            this.#dataSet(item, depth)
          },
        )
      }
    }
    // Where no VR is written and the dictionary has none, only an undefined length shows that this is a sequence.
    if (!encoding.explicitVr && vrOf(tag) !== 'SQ') {
      this.#write(elementHeader(encoding, tag, 'SQ', undefined))
      writeItems()
      this.#write(itemHeader(encoding, sequenceDelimitationTag, 0))
    } else {
      this.#measured(tag, (length) => elementHeader(encoding, tag, 'SQ', length), writeItems)
    }
  }

  #fragments(tag: number, vr: string, fragments: NonNullable<DicomJsonElement['DataFragment']>): void {
    const { encoding } = this.#options
    const kind = vrKind(vr)
    if (!encoding.explicitVr || encoding.bigEndian) {
      throw invalid(tag, 'encapsulated pixel data is explicit little endian (PS3.5 A.4)')
    }
    if (!fragmentVrs.has(vr)) throw invalid(tag, `the VR ${vr} has no fragments`)
    this.#write(elementHeader(encoding, tag, vr, undefined))
    for (const fragment of fragments) {
      const bytes = orInvalid(tag, () =>
        encodeBinary(fragment?.InlineBinary ?? '', { kind, bigEndian: false }),
      )
      const padding = new Uint8Array(bytes.length % 2)
      this.#write(itemHeader(encoding, itemTag, bytes.length + padding.length))
      this.#write(bytes)
      this.#write(padding)
    }
    this.#write(itemHeader(encoding, sequenceDelimitationTag, 0))
  }

  /** Writes a header with the length of what is written after it. */
  #measured(tag: number, header: (length: number) => Uint8Array, content: () => void): void {
    const place = this.#chunks.length
    this.#write(header(0))
    const start = this.#length
    content()
    const length = this.#length - start
    if (length > maximumLength) throw invalid(tag, `it exceeds the limit of ${String(maximumLength)} bytes`)
    this.#chunks[place] = header(length)
  }

  #write(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
  }
}

/** What is not as it should be, said of its element. */
export function orInvalid<T>(tag: number, attempt: () => T): T {
  try {
    return attempt()
  } catch (error) {
    if (error instanceof RangeError) throw invalid(tag, error.message)
    throw error
  }
}

function tagOfKey(key: string): number {
  if (!/^[0-9A-Fa-f]{8}$/.test(key)) {
    throw new UsageError('a key of a data set is no tag such as 00100010', 'DCM_DATA_SET_INVALID')
  }
  return Number.parseInt(key, 16)
}

function vrOfElement(tag: number, { vr }: Partial<DicomJsonElement>): string {
  const known = vr ?? vrOf(tag)
  if (!/^[A-Z]{2}$/.test(known)) throw invalid(tag, 'its vr is not two capital letters')
  return known
}

function isItem(value: DicomJsonValue): value is DicomJson {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** PS3.5 6.2: text with a space, but UI and bytes with NUL. */
function paddingOf(vr: string): number {
  const { type } = vrKind(vr)
  return vr === 'UI' || type === 'binary' ? 0x00 : 0x20
}

function invalid(tag: number, reason: string): UsageError {
  return new UsageError(`${nameOf(tag)} cannot be encoded: ${reason}`, 'DCM_DATA_SET_INVALID')
}
