import { requireTag } from '../require-usable.ts'

/**
 * A data set in the DICOM JSON model (PS3.18 F): elements by tag, `00100010`. Its text is Unicode, so the Specific Character Set of what was
 * decoded is `ISO_IR 192`; another one says what the text is to be written in.
 */
export type DicomJson = Record<string, DicomJsonElement>

/** One of `Value`, `InlineBinary` and `BulkDataURI`, or none when the element is empty (PS3.18 F.2.2, F.2.5). */
export interface DicomJsonElement {
  vr: string
  Value?: DicomJsonValue[]
  /** Base64 of the bytes; numbers in them are little endian (PS3.18 F.2.7). */
  InlineBinary?: string
  BulkDataURI?: string
  /**
   * Encapsulated pixel data (PS3.5 A.4) that is held inline: the offset table, then the fragments. The model has no word for it; this
   * one is that of dcm4che.
   */
  DataFragment?: DicomJsonFragment[]
}

/** Null is an empty value among others; an object is a person name or an item (PS3.18 F.2.3). */
export type DicomJsonValue = string | number | null | PersonName | DicomJson

/** A fragment of pixel data; null when it is empty. */
export type DicomJsonFragment = { InlineBinary: string } | null

/** The component groups of a person name (PS3.5 6.2.1.1), each with its components between `^`. */
export interface PersonName {
  Alphabetic?: string
  Ideographic?: string
  Phonetic?: string
}

export function isPersonName(value: DicomJsonValue): value is PersonName {
  return (
    typeof value === 'object' &&
    value !== null &&
    ('Alphabetic' in value || 'Ideographic' in value || 'Phonetic' in value)
  )
}

export function isItem(value: DicomJsonValue): value is DicomJson {
  return typeof value === 'object' && value !== null && !isPersonName(value)
}

/** `00100010`, as the model names a tag. @throws UsageError `DCM_TAG_INVALID` for what is no number */
export function jsonTag(tag: number): string {
  requireTag(tag)
  return tag.toString(16).toUpperCase().padStart(8, '0')
}
