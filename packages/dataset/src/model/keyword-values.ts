import { keywordOf, parseTag, tagOf } from '../dictionary/dictionary.ts'
import { requireElements } from '../require-usable.ts'
import {
  type DicomJson,
  type DicomJsonElement,
  type DicomJsonValue,
  isItem,
  isPersonName,
  jsonTag,
  type PersonName,
} from './dicom-json.ts'

/** A value in short: names as in the standard, items by keyword. */
export type ReadValue = string | number | null | ReadValues

/** Elements by keyword; by tag, `00091001`, where PS3.6 has none, or one for several tags. */
export interface ReadValues {
  [keyword: string]: ReadValue | ReadValue[]
}

/**
 * The element of a keyword or tag, when the data set has it.
 *
 * @throws UsageError `DCM_DATA_SET_INVALID` for what is no data set, such as a list of them, `DCM_TAG_INVALID` for a keyword that is no text
 */
export function elementOf(json: DicomJson, keyword: string): DicomJsonElement | undefined {
  requireElements(json)
  const tag = parseTag(keyword)
  return tag === undefined ? undefined : json[jsonTag(tag)]
}

/**
 * The first value of an element as text, `textOf(match, 'PatientName')`; undefined when the element is not there, empty or a sequence.
 * Person names are joined as in the standard, `Alphabetic=Ideographic=Phonetic`.
 */
export function textOf(json: DicomJson, keyword: string): string | undefined {
  const value = elementOf(json, keyword)?.Value?.[0]
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  return value && isPersonName(value) ? nameText(value) : undefined
}

/** The values of an element, items and names included; none when it is not there or empty. */
export function valuesOf(json: DicomJson, keyword: string): readonly DicomJsonValue[] {
  return elementOf(json, keyword)?.Value ?? []
}

/** The items of a sequence, `itemsOf(report, 'ReferencedSOPSequence')`; none when it is not there, empty or no sequence. */
export function itemsOf(json: DicomJson, keyword: string): readonly DicomJson[] {
  return valuesOf(json, keyword).filter(isItem)
}

/**
 * A data set as plain values by keyword: one value alone, several as a list, items always as a list, empty as null. Values held as bytes
 * or elsewhere are the text that the model has for them.
 *
 * @throws UsageError `DCM_DATA_SET_INVALID` for what is no data set, such as a list of them
 */
export function keywordValues(json: DicomJson): ReadValues {
  requireElements(json)
  return readValues(json)
}

function readValues(json: DicomJson): ReadValues {
  return Object.fromEntries(
    Object.entries(json).map(([key, element]) => [nameOfKey(key), readValue(element)]),
  )
}

/** The keyword where it means this tag: groups that repeat, as those of overlays, share theirs (PS3.5 7.6). */
function nameOfKey(key: string): string {
  const tag = parseTag(key)
  const keyword = tag === undefined ? undefined : keywordOf(tag)
  return keyword !== undefined && tagOf(keyword) === tag ? keyword : key
}

function readValue({ vr, Value, InlineBinary, BulkDataURI }: DicomJsonElement): ReadValue | ReadValue[] {
  const values = (Value ?? []).map((value) => {
    if (typeof value !== 'object' || value === null) return value
    if (vr === 'PN') return isPersonName(value) ? nameText(value) : null
    return isPersonName(value) ? null : readValues(value)
  })
  if (vr === 'SQ') return values
  const [first = InlineBinary ?? BulkDataURI ?? null, ...others] = values
  return others.length > 0 ? [first, ...others] : first
}

function nameText({ Alphabetic = '', Ideographic = '', Phonetic = '' }: PersonName): string {
  return [Alphabetic, Ideographic, Phonetic].join('=').replace(/=+$/, '')
}
