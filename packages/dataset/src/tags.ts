import { requireTag } from './require-usable.ts'

/** The tags this package's users need by name, by the keyword of PS3.6; any other is written as a number, `0xggggeeee`. */
export const tags = {
  SOPClassUID: 0x00080016,
  SOPInstanceUID: 0x00080018,
  StudyInstanceUID: 0x0020000d,
  SeriesInstanceUID: 0x0020000e,
} as const

/** `(0020,000D)`, as the standard prints a tag. @throws UsageError `DCM_TAG_INVALID` for what is no number */
export function formatTag(tag: number): string {
  requireTag(tag)
  const hex = tag.toString(16).toUpperCase().padStart(8, '0')
  return `(${hex.slice(0, 4)},${hex.slice(4)})`
}
