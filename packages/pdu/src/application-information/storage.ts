import { uint8 } from '../wire/byte-writer.ts'
import { requireBytes } from '../wire/require-bytes.ts'

/**
 * What an extended negotiation (56H) of a storage SOP class says (PS3.4 B.3.1, Tables B.3-1 and B.3-2).
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | level of support |
 * | 1 | 1 | reserved |
 * | 2 | 1 | level of digital signature support |
 * | 3 | 1 | reserved |
 * | 4 | 1 | element coercion |
 * | 5 | 1 | reserved |
 */
export interface StorageApplicationInformation {
  /** 0, 1, 2: the level of the SCP; 3 not applicable, SCU only; others as received. */
  readonly levelOfSupport: number
  /** 0 unspecified; 1, 2, 3: the signature level; others as received. */
  readonly levelOfDigitalSignatureSupport: number
  /** 0 does not coerce, 1 may coerce, 2 not applicable, SCU only; others as received. */
  readonly elementCoercion: number
}

/** @throws UsageError `DCM_FIELD_RANGE` */
export function encodeStorageApplicationInformation(information: StorageApplicationInformation): Uint8Array {
  return Uint8Array.of(
    ...uint8(information.levelOfSupport, 'levelOfSupport'),
    0,
    ...uint8(information.levelOfDigitalSignatureSupport, 'levelOfDigitalSignatureSupport'),
    0,
    ...uint8(information.elementCoercion, 'elementCoercion'),
    0,
  )
}

/** Undefined when the bytes are too few; what stands behind them is ignored. @throws UsageError `DCM_BYTES_TYPE` */
export function decodeStorageApplicationInformation(
  bytes: Uint8Array,
): StorageApplicationInformation | undefined {
  requireBytes(bytes, 'application information')
  const [levelOfSupport, , levelOfDigitalSignatureSupport, , elementCoercion] = bytes
  if (levelOfSupport === undefined || levelOfDigitalSignatureSupport === undefined) return undefined
  if (elementCoercion === undefined) return undefined
  return { levelOfSupport, levelOfDigitalSignatureSupport, elementCoercion }
}
