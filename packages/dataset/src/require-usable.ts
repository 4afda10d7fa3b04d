import { UsageError } from '@dcm/pdu'

/**
 * What JavaScript lets pass where bytes belong: an ArrayBuffer and a promise have no length, and would be an empty data set.
 *
 * @throws UsageError `DCM_DATA_SET_TYPE`
 */
export function requireBytes(bytes: unknown): void {
  if (bytes instanceof Uint8Array) return
  throw new UsageError(
    `the bytes of a data set are ${kindOf(bytes)}; allowed is a Uint8Array`,
    'DCM_DATA_SET_TYPE',
  )
}

/**
 * The same where they come in batches: one Uint8Array gives numbers, and a text characters.
 *
 * @throws UsageError `DCM_DATA_SET_TYPE`
 */
export function requireBatches(source: unknown): void {
  const isIterable = Symbol.asyncIterator in Object(source) || Symbol.iterator in Object(source)
  if (isIterable && typeof source !== 'string' && !ArrayBuffer.isView(source)) return
  throw new UsageError(
    `the source of a data set is ${kindOf(source)}; allowed is an iterable of Uint8Array`,
    'DCM_DATA_SET_TYPE',
  )
}

/**
 * From JavaScript: the path of a file.
 *
 * @throws UsageError `DCM_FILE_HANDLE`
 */
export function requireHandle(handle: unknown, method: 'read' | 'write'): void {
  if (typeof (Object(handle) as Partial<Record<'read' | 'write', unknown>>)[method] === 'function') return
  throw new UsageError(
    `the file is ${kindOf(handle)}; allowed is an open FileHandle, as open() of node:fs/promises gives`,
    'DCM_FILE_HANDLE',
  )
}

/**
 * Elements by name. What has none of its own, such as a Map or a promise, would be an empty data set: a query for everything.
 *
 * @throws UsageError `DCM_DATA_SET_INVALID`
 */
export function requireElements(elements: unknown): void {
  const isObject = typeof elements === 'object' && elements !== null
  if (isObject && !(Symbol.iterator in elements) && !('then' in elements) && !(elements instanceof Date))
    return
  throw new UsageError(
    `the elements of a data set are ${kindOf(elements)}; allowed is an object with a member for each`,
    'DCM_DATA_SET_INVALID',
  )
}

/**
 * Without it, a data set would be taken as explicit little endian.
 *
 * @throws UsageError `DCM_UID_INVALID`
 */
export function requireTransferSyntax(options: { readonly transferSyntaxUid: string }): void {
  const { transferSyntaxUid } = Object(options) as { readonly transferSyntaxUid?: unknown }
  if (typeof transferSyntaxUid === 'string') return
  throw new UsageError(
    `transferSyntaxUid is ${kindOf(transferSyntaxUid)}; allowed is the UID of a transfer syntax`,
    'DCM_UID_INVALID',
  )
}

/**
 * From JavaScript: a keyword, which would be some other element, or none.
 *
 * @throws UsageError `DCM_TAG_INVALID`
 */
export function requireTag(tag: unknown): void {
  if (Number.isInteger(tag)) return
  throw new UsageError(
    `the tag of an element is ${kindOf(tag)}; allowed is a whole number, such as 0x00100010`,
    'DCM_TAG_INVALID',
  )
}

/**
 * The other way round: by its number, an element that is there would not be.
 *
 * @throws UsageError `DCM_TAG_INVALID`
 */
export function requireKeyword(keyword: unknown): void {
  if (typeof keyword === 'string') return
  throw new UsageError(
    `the keyword of an element is ${kindOf(keyword)}; allowed is text, such as PatientName or 00100010`,
    'DCM_TAG_INVALID',
  )
}

/** In words that tell nothing of a patient. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  // An object may have no prototype.
  const { constructor: kind } = Object(value) as { readonly constructor?: { readonly name: string } }
  return `a ${kind?.name ?? typeof value}`
}
