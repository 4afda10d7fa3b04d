import {
  type DicomJson,
  type DicomJsonElement,
  type DicomJsonValue,
  elementOf,
  isItem,
  isPersonName,
} from '@dcm/dataset'

/**
 * The value that a path of keywords leads to, as one text, as it is in a data set or in other words; of several items all, between
 * semicolons.
 */
export function valueAt(
  json: DicomJson,
  path: readonly string[],
  inWords: (element: DicomJsonElement) => string = valueText,
): string {
  const [name = '', ...below] = path
  const element = elementOf(json, name)
  if (!element) return ''
  if (below.length === 0) return inWords(element)
  return (element.Value ?? [])
    .map((item) => (isItem(item) ? valueAt(item, below, inWords) : ''))
    .filter((text) => text !== '')
    .join('; ')
}

/** All values of an element between backslashes, as they are written in a data set. */
function valueText({ vr, Value, InlineBinary, BulkDataURI, DataFragment }: DicomJsonElement): string {
  if (Value) return Value.map((value) => oneValue(value)).join('\\')
  if (InlineBinary !== undefined) return bytesInWords(vr, Buffer.from(InlineBinary, 'base64'))
  if (DataFragment) return `${String(DataFragment.length)} fragments`
  return BulkDataURI ?? ''
}

/** The same for people: dates and times as one reads them. */
export function readable(element: DicomJsonElement): string {
  const text = valueText(element)
  if (element.vr === 'DA') return text.replaceAll(/\b(\d{4})(\d{2})(\d{2})\b/g, '$1-$2-$3')
  if (element.vr === 'TM') return text.replaceAll(/\b(\d{2})(\d{2})(\d{2})?(\.\d+)?\b/g, clock)
  return text
}

function clock(_: string, hours: string, minutes: string, seconds?: string): string {
  return seconds === undefined ? `${hours}:${minutes}` : `${hours}:${minutes}:${seconds}`
}

function oneValue(value: DicomJsonValue): string {
  if (value === null) return ''
  if (typeof value !== 'object') return String(value)
  if (!isPersonName(value)) return ''
  const { Alphabetic = '', Ideographic = '', Phonetic = '' } = value
  return [Alphabetic, Ideographic, Phonetic].join('=').replace(/=+$/, '')
}

const shownBytes = 16

function bytesInWords(vr: string, bytes: Buffer): string {
  const shown = bytes
    .subarray(0, shownBytes)
    .toString('hex')
    .replaceAll(/(..)(?=.)/g, '$1 ')
  return bytes.length > shownBytes ? `${shown} … (${String(bytes.length)} bytes of ${vr})` : shown
}
