import { decodeFlags, encodeFlags, type Flags } from './flags.ts'

/**
 * What an extended negotiation (56H) of a C-FIND SOP class of Query/Retrieve says (PS3.4 C.5.1.1, Tables C.5-1 and C.5-2). A flag left out
 * is 0; the answer must not be longer than the offer, so answer the flags that were offered.
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | relational-queries |
 * | 1 | 1 | date-time matching |
 * | 2 | 1 | fuzzy semantic matching of person names |
 * | 3 | 1 | timezone query adjustment |
 * | 4 | 1 | enhanced multi-frame image conversion |
 * | 5 | 1 | empty value matching |
 * | 6 | 1 | multiple value matching |
 */
export type FindApplicationInformation = Flags<(typeof fields)[number]>

const fields = [
  'relationalQueries',
  'dateTimeMatching',
  'fuzzySemanticMatching',
  'timezoneQueryAdjustment',
  'enhancedMultiFrameImageConversion',
  'emptyValueMatching',
  'multipleValueMatching',
] as const

/** @throws UsageError `DCM_FIELD_RANGE` */
export function encodeFindApplicationInformation(information: FindApplicationInformation): Uint8Array {
  return encodeFlags(fields, information)
}

/** @throws UsageError `DCM_BYTES_TYPE` */
export function decodeFindApplicationInformation(bytes: Uint8Array): FindApplicationInformation {
  return decodeFlags(fields, bytes)
}
