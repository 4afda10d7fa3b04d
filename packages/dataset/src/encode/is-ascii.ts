import type { DicomJson, DicomJsonValue } from '../model/dicom-json.ts'

/** Whether the default repertoire is enough for all text of a data set, as deep as it will be encoded. */
export function isAscii(json: DicomJson, maximumDepth: number): boolean {
  if (maximumDepth < 0) return true
  return Object.values(json).every(({ Value = [] }) =>
    Value.every((value) => isAsciiValue(value, maximumDepth - 1)),
  )
}

function isAsciiValue(value: DicomJsonValue, maximumDepth: number): boolean {
  if (typeof value === 'string') return Buffer.byteLength(value, 'utf8') === value.length
  if (typeof value !== 'object' || value === null) return true
  return Object.values(value).every((each: DicomJson[string] | string) =>
    typeof each === 'string' ? isAsciiValue(each, maximumDepth) : isAscii({ each }, maximumDepth),
  )
}
