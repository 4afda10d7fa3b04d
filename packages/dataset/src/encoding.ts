import { requireTransferSyntax } from './require-usable.ts'

/** How the elements of a data set are written (PS3.5 7.1). */
export interface ElementEncoding {
  /** Whether each element names its value representation. */
  readonly explicitVr: boolean
  readonly bigEndian: boolean
}

/** How a whole data set is written. */
export interface DataSetEncoding extends ElementEncoding {
  /** The elements are compressed as one RFC 1951 stream (PS3.5 A.5). */
  readonly deflated: boolean
}

export const implicitLittleEndian = { explicitVr: false, bigEndian: false } as const satisfies ElementEncoding

/** PS3.5 7.1.1: the length is not known; a delimiter will come. */
export const undefinedLength = 0xffffffff
/** PS3.5 7.5 */
export const itemTag = 0xfffee000
export const itemDelimitationTag = 0xfffee00d
export const sequenceDelimitationTag = 0xfffee0dd

/** PS3.5 7.1.2, 7.1.3 */
export const shortHeaderBytes = 8
export const longHeaderBytes = 12

const explicitLittleEndian = { explicitVr: true, bigEndian: false, deflated: false } as const

/** The transfer syntaxes that are not plain explicit little endian outside their pixel data. */
const exceptions: ReadonlyMap<string, DataSetEncoding> = new Map([
  ['1.2.840.10008.1.2', { ...implicitLittleEndian, deflated: false }],
  // Papyrus 3, retired.
  ['1.2.840.10008.1.20', { ...implicitLittleEndian, deflated: false }],
  // A vendor's own: implicit little endian, but for the order of bytes in its pixel data.
  ['1.2.840.113619.5.2', { ...implicitLittleEndian, deflated: false }],
  ['1.2.840.10008.1.2.2', { explicitVr: true, bigEndian: true, deflated: false }],
  ['1.2.840.10008.1.2.1.99', { ...explicitLittleEndian, deflated: true }],
  // JPIP Referenced Deflate and JPIP HTJ2K Referenced Deflate (PS3.5 A.7, A.9).
  ['1.2.840.10008.1.2.4.95', { ...explicitLittleEndian, deflated: true }],
  ['1.2.840.10008.1.2.4.205', { ...explicitLittleEndian, deflated: true }],
])

/**
 * How a data set in a transfer syntax is written. Those not known are taken as explicit little endian, which PS3.5 A.4 demands
 * of every encapsulated one.
 *
 * @throws UsageError `DCM_UID_INVALID` for what is no text
 */
export function dataSetEncoding(transferSyntaxUid: string): DataSetEncoding {
  requireTransferSyntax({ transferSyntaxUid })
  return exceptions.get(transferSyntaxUid) ?? explicitLittleEndian
}
