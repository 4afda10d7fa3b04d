import type { DicomJsonElement } from '../model/dicom-json.ts'

const misspellings = /^(?:values?|inlinebinary|bulkdata|bulkdatauri)$/i

/**
 * An element as the model has it. Types say so, but the model often comes from `JSON.parse`.
 *
 * @throws RangeError that says what is not as it should be
 */
export function checkedElement(element: unknown): DicomJsonElement {
  if (!isElement(element)) throw new RangeError('it is no element of the DICOM JSON model')
  const { Value, InlineBinary, BulkDataURI, DataFragment } = element
  const given = [Value, InlineBinary, BulkDataURI, DataFragment].filter((each) => each !== undefined)
  if (given.length > 1)
    throw new RangeError('it has more than one of Value, InlineBinary and BulkDataURI (PS3.18 F.2.2)')
  // It would be written without a value.
  const misspelt = given.length === 0 && Object.keys(element).find((name) => misspellings.test(name))
  if (misspelt) {
    throw new RangeError(`it has ${misspelt}; allowed are Value, InlineBinary and BulkDataURI (PS3.18 F.2.2)`)
  }
  return element
}

function isElement(element: unknown): element is DicomJsonElement {
  if (!isObject(element)) return false
  const { vr, Value, InlineBinary, BulkDataURI, DataFragment } = element
  return (
    isOptional(vr, isText) &&
    isOptional(Value, Array.isArray) &&
    isOptional(InlineBinary, isText) &&
    isOptional(BulkDataURI, isText) &&
    isOptional(DataFragment, (fragments) => Array.isArray(fragments) && fragments.every(isFragment))
  )
}

function isFragment(fragment: unknown): boolean {
  return fragment === null || (isObject(fragment) && isText(fragment.InlineBinary))
}

function isOptional(value: unknown, isRight: (value: unknown) => boolean): boolean {
  return value === undefined || isRight(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
