import { type CharacterSet, defaultCharacterSet, readableCharacterSet } from '../charset/character-set.ts'
import { DataSetDecodeError, type DataSetDecodeErrorCode } from '../data-set-decode-error.ts'
import { nameOf } from '../dictionary/dictionary.ts'
import { decidedVr, pixelRepresentationTag } from '../elements/decided-vr.ts'
import type { ElementHeader, ElementSink } from '../elements/element-sink.ts'
import { isKnownVr, vrKind } from '../elements/vr-kinds.ts'
import {
  type DicomJson,
  type DicomJsonElement,
  type DicomJsonFragment,
  jsonTag,
} from '../model/dicom-json.ts'
import { type BulkDataOptions, type BulkDataValue, mayBeBulkData } from './bulk-data.ts'
import type { DecodeLimits } from './decode-limits.ts'
import { decodeValues } from './decode-value.ts'
import { swapWords } from './swap-words.ts'
import { ValueCollector } from './value-collector.ts'

const specificCharacterSetTag = 0x00080005

/** A data set, or an item of a sequence, whose elements are being read. What it does not say itself, it has from around it. */
interface Level {
  readonly json: DicomJson
  readonly path: readonly number[]
  characterSet: CharacterSet
  isSigned: boolean
}

export interface JsonBuilderOptions {
  readonly limits: Required<DecodeLimits>
  readonly bulkData?: BulkDataOptions | undefined
  /** Where to build; a new object by default. */
  readonly into?: DicomJson | undefined
}

/** Builds the JSON model of what an {@link ElementParser} reads. */
export class JsonBuilder implements ElementSink {
  readonly json: DicomJson
  readonly #limits: Required<DecodeLimits>
  readonly #bulkData: BulkDataOptions | undefined
  readonly #levels: Level[] = []
  readonly #sequences: { readonly element: DicomJsonElement; readonly path: readonly number[] }[] = []
  #level: Level
  #header: ElementHeader | undefined
  #fragments: DicomJsonFragment[] | undefined
  #isPassedOver = false
  readonly #value = new ValueCollector()
  #values = 0
  #heldBytes = 0

  constructor(options: JsonBuilderOptions) {
    this.#limits = options.limits
    this.#bulkData = options.bulkData
    this.json = options.into ?? {}
    this.#level = {
      json: this.json,
      path: [],
      characterSet: defaultCharacterSet,
      isSigned: false,
    }
  }

  /** Whether the value to come is left where it is. */
  get isPassingOver(): boolean {
    return this.#isPassedOver
  }

  element(header: ElementHeader): void {
    this.#header = { ...header, vr: decidedVr(header, this.#level.isSigned) }
    this.#count(1, header)
    const { thresholdBytes = Infinity } = this.#bulkData ?? {}
    this.#isPassedOver = (header.length ?? 0) > thresholdBytes && mayBeBulkData(this.#header.vr)
    if (!this.#isPassedOver) this.#hold(header.length ?? 0, header)
  }

  value(bytes: Uint8Array): void {
    if (!this.#isPassedOver) this.#value.push(bytes)
  }

  elementEnd(): void {
    if (!this.#header) return
    const { tag, vr, length = 0, valueOffset: offset } = this.#header
    if (this.#isPassedOver) {
      this.#addBulkData({ tag, vr, offset, length })
    } else {
      this.#addValue(this.#header, this.#value.take())
    }
    this.#isPassedOver = false
  }

  sequence(header: ElementHeader): void {
    this.#count(1, header)
    const element: DicomJsonElement = { vr: 'SQ' }
    this.#add(header.tag, element)
    this.#sequences.push({ element, path: [...this.#level.path, header.tag] })
  }

  fragments(header: ElementHeader): void {
    this.#count(1, header)
    const { tag, vr, valueOffset: offset } = header
    this.#header = header
    this.#isPassedOver = this.#bulkData !== undefined
    this.#fragments = []
    if (this.#bulkData) {
      this.#addBulkData({ tag, vr, offset, length: undefined })
    } else {
      this.#add(tag, { vr, DataFragment: this.#fragments })
    }
  }

  item(length: number | undefined): void {
    if (this.#fragments) {
      if (this.#isPassedOver) return
      this.#count(1, this.#header)
      this.#hold(length ?? 0, this.#header)
      return
    }
    const sequence = this.#sequences.at(-1)
    if (!sequence) return
    this.#count(1, undefined)
    const { element, path } = sequence
    const items = (element.Value ??= [])
    const json: DicomJson = {}
    const { characterSet, isSigned } = this.#level
    this.#levels.push(this.#level)
    this.#level = { json, path: [...path, items.length], characterSet, isSigned }
    items.push(json)
  }

  itemEnd(): void {
    if (this.#fragments) {
      if (this.#isPassedOver) return
      const value = this.#value.take()
      this.#fragments.push(value.length > 0 ? { InlineBinary: value.toString('base64') } : null)
      return
    }
    this.#level = this.#levels.pop() ?? this.#level
  }

  sequenceEnd(): void {
    if (this.#fragments) this.#fragments = undefined
    else this.#sequences.pop()
    this.#isPassedOver = false
  }

  #addValue({ tag, vr, encoding: { bigEndian } }: ElementHeader, bytes: Buffer): void {
    const kind = vrKind(vr)
    if (tag === specificCharacterSetTag && kind.type === 'text') {
      this.#specificCharacterSet(bytes)
      return
    }
    if (bytes.length === 0) {
      this.#add(tag, { vr })
      return
    }
    if (kind.type !== 'binary') this.#count(separators(bytes, kind), this.#header)
    const { characterSet } = this.#level
    const values =
      kind.type === 'binary' ? undefined : decodeValues({ vr, kind, bytes, bigEndian, characterSet })
    if (!values) {
      const inOrder = bigEndian ? swapWords(bytes, kind.type === 'binary' ? (kind.width ?? 1) : 1) : bytes
      // A length that its VR cannot have: bytes of no known meaning.
      const shownVr = kind.type === 'binary' && isKnownVr(vr) ? vr : 'UN'
      this.#add(tag, { vr: shownVr, InlineBinary: inOrder.toString('base64') })
      return
    }
    if (tag === pixelRepresentationTag) this.#level.isSigned = values[0] === 1
    this.#add(
      tag,
      values.some((value) => value !== null) || values.length > 1 ? { vr, Value: values } : { vr },
    )
  }

  #addBulkData({ tag, ...value }: Pick<BulkDataValue, 'vr' | 'offset' | 'length'> & { tag: number }): void {
    const { path, characterSet } = this.#level
    const place = { path: [...path, tag], specificCharacterSet: characterSet.terms }
    this.#add(tag, { vr: value.vr, BulkDataURI: this.#bulkData?.uri({ ...value, ...place }) ?? '' })
  }

  /** What the text is written in; in the model it is Unicode. */
  #specificCharacterSet(bytes: Buffer): void {
    this.#level.characterSet = readableCharacterSet(bytes.toString('latin1').split('\\'))
    this.#add(specificCharacterSetTag, { vr: 'CS', Value: ['ISO_IR 192'] })
  }

  /** The first of two with the same tag counts, as for those who read only the head. Group lengths have no place in the model (PS3.18 F.2.2). */
  #add(tag: number, element: DicomJsonElement): void {
    if ((tag & 0xffff) === 0) return
    const key = jsonTag(tag)
    if (!Object.hasOwn(this.#level.json, key)) this.#level.json[key] = element
  }

  #hold(bytes: number, header: ElementHeader | undefined): void {
    this.#value.start(bytes)
    this.#heldBytes += bytes
    if (this.#heldBytes > this.#limits.maximumDataSetBytes) {
      const limit = `the limit of ${String(this.#limits.maximumDataSetBytes)} bytes`
      this.#fail(`the values to hold exceed ${limit}`, 'DCM_DATA_SET_TOO_LARGE', header)
    }
  }

  #count(values: number, header: ElementHeader | undefined): void {
    this.#values += values
    if (this.#values > this.#limits.maximumValues) {
      const limit = `the limit of ${String(this.#limits.maximumValues)}`
      this.#fail(`elements, items and values exceed ${limit}`, 'DCM_DATA_SET_TOO_MANY_VALUES', header)
    }
  }

  #fail(reason: string, code: DataSetDecodeErrorCode, header: ElementHeader | undefined): never {
    const where = header ? `${reason}, in ${nameOf(header.tag)}` : reason
    throw new DataSetDecodeError(where, { code, byteOffset: header?.valueOffset ?? 0 })
  }
}

/** How many values there are besides the first, before any is made. */
function separators(bytes: Buffer, { width, multiple }: { width?: number; multiple?: boolean }): number {
  if (!multiple) return Math.floor(bytes.length / (width ?? bytes.length))
  let count = 0
  for (const byte of bytes) if (byte === 0x5c) count += 1
  return count
}
