import type { DicomJson } from '../model/dicom-json.ts'
import { isObject } from './checked-element.ts'

/** Whether the default repertoire is enough for all values of a data set, as deep as it will be encoded. */
export function isAscii(json: DicomJson, maximumDepth: number): boolean {
  return Object.values<unknown>(json).every((element) => {
    const values = isObject(element) ? element.Value : undefined
    return !Array.isArray(values) || values.every((value) => isAsciiValue(value, maximumDepth))
  })
}

function isAsciiValue(value: unknown, maximumDepth: number): boolean {
  if (typeof value === 'string') return Buffer.byteLength(value, 'utf8') === value.length
  if (!isObject(value) || maximumDepth <= 0) return true
  // Component groups of a name, or elements of an item.
  return Object.values(value).every((each) =>
    isObject(each) && Array.isArray(each.Value)
      ? each.Value.every((inner) => isAsciiValue(inner, maximumDepth - 1))
      : isAsciiValue(each, 0),
  )
}
