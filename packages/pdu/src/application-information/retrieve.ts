import { decodeFlags, encodeFlags, type Flags } from './flags.ts'

/**
 * What an extended negotiation (56H) of a C-MOVE or C-GET SOP class of Query/Retrieve says (PS3.4 C.5.2.1, C.5.3.1). A flag left out is 0;
 * the answer must not be longer than the offer, so answer the flags that were offered.
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | relational-retrieval |
 * | 1 | 1 | enhanced multi-frame image conversion |
 */
export type RetrieveApplicationInformation = Flags<(typeof fields)[number]>

const fields = ['relationalRetrieval', 'enhancedMultiFrameImageConversion'] as const

/** @throws UsageError `DCM_FIELD_RANGE` */
export function encodeRetrieveApplicationInformation(
  information: RetrieveApplicationInformation,
): Uint8Array {
  return encodeFlags(fields, information)
}

/** @throws UsageError `DCM_BYTES_TYPE` */
export function decodeRetrieveApplicationInformation(bytes: Uint8Array): RetrieveApplicationInformation {
  return decodeFlags(fields, bytes)
}
