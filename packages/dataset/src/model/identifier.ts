import { UsageError } from '@dcm/pdu'
import { personName } from '../decode/decode-value.ts'
import { nameOf, parseTag, vrOf } from '../dictionary/dictionary.ts'
import { type VrKind, vrKind } from '../elements/vr-kinds.ts'
import { requireElements } from '../require-usable.ts'
import { type DicomJson, type DicomJsonElement, type DicomJsonValue, jsonTag } from './dicom-json.ts'

/** What an element may be in short: a value, several, bytes, items; null or an empty text for an empty element. */
export type KeywordValue =
  string | number | null | Uint8Array | KeywordValues | readonly (string | number | null | KeywordValues)[]

/** Elements by keyword of PS3.6, `PatientName`, or by tag where there is none, `00091001` or `(0009,1001)`. */
export interface KeywordValues {
  readonly [keyword: string]: KeywordValue | undefined
}

/**
 * A data set by keywords as the DICOM JSON model: `identifier({ QueryRetrieveLevel: 'STUDY', PatientName: 'DOE*', StudyDate: '' })`.
 * VRs are the dictionary's. Person names are written as in the standard, `Alphabetic=Ideographic=Phonetic`. Keys whose value is
 * undefined are left out; null and empty texts ask for the element without a value (PS3.4 C.2.2.2.3, universal matching).
 *
 * @throws UsageError `DCM_KEYWORD_UNKNOWN` for a keyword that PS3.6 does not have, `DCM_DATA_SET_INVALID` for what is no value.
 */
export function identifier(keys: KeywordValues): DicomJson {
  requireElements(keys)
  const json: DicomJson = {}
  for (const [keyword, value] of Object.entries(keys)) {
    if (value === undefined) continue
    const tag = parseTag(keyword)
    if (tag === undefined) {
      throw new UsageError(
        `the keyword is ${keyword.slice(0, 64)}, allowed are those of PS3.6 and tags such as 00100010`,
        'DCM_KEYWORD_UNKNOWN',
      )
    }
    json[jsonTag(tag)] = elementOf(tag, value)
  }
  return json
}

function elementOf(tag: number, value: KeywordValue): DicomJsonElement {
  const vr = vrOf(tag)
  if (value instanceof Uint8Array) return { vr, InlineBinary: Buffer.from(value).toString('base64') }
  const kind = vrKind(vr)
  const values = (isList(value) ? value : split(value, kind)).map((each) => valueOf(tag, kind, each))
  const isEmpty = values.every((each) => each === null)
  return isEmpty ? { vr } : { vr, Value: values }
}

function isList(value: KeywordValue): value is readonly (string | number | null | KeywordValues)[] {
  return Array.isArray(value)
}

/** PS3.5 6.4: a backslash separates values. */
function split(
  value: string | number | null | KeywordValues,
  kind: VrKind,
): readonly (string | number | null | KeywordValues)[] {
  return typeof value === 'string' && kind.multiple ? value.split('\\') : [value]
}

function valueOf(tag: number, kind: VrKind, value: string | number | null | KeywordValues): DicomJsonValue {
  if (value === null || value === '') return null
  if (typeof value === 'object') {
    if (kind.type === 'sequence') return identifier(value)
    const what = (value as unknown) instanceof Date ? 'a Date; allowed is text such as 20270131' : 'items'
    throw new UsageError(`${nameOf(tag)} is no sequence, and has ${what}`, 'DCM_DATA_SET_INVALID')
  }
  requireValue(tag, value)
  if (kind.type === 'sequence') {
    throw new UsageError(`${nameOf(tag)} is a sequence, and has a ${typeof value}`, 'DCM_DATA_SET_INVALID')
  }
  if (kind.type === 'name') return personName(String(value))
  if (kind.type === 'number') return numeric(value)
  return kind.type === 'text' ? String(value) : value
}

/** From JavaScript: of several values, one that is undefined would be asked for by that name. */
function requireValue(tag: number, value: unknown): void {
  if (typeof value === 'string' || typeof value === 'bigint' || Number.isFinite(value)) return
  const what = typeof value === 'number' ? String(value) : `of type ${typeof value}`
  throw new UsageError(`${nameOf(tag)} has a value that is ${what}`, 'DCM_DATA_SET_INVALID')
}

/** Numbers may be written as text; what is none, or does not fit a number, is left for the encoder to judge. */
function numeric(value: string | number): string | number {
  const number = Number(value)
  return String(value).trim() !== '' && String(number) === String(value).trim() ? number : value
}
