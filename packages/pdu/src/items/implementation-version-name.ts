import { UsageError } from '../usage-error.ts'
import type { ByteReader } from '../wire/byte-reader.ts'
import { encodeItem } from '../wire/item.ts'
import { encodeLatin1 } from '../wire/text.ts'

/**
 * Implementation version name sub-item (PS3.7 D.3.3.2.3).
 *
 * | offset | length | field |
 * |---|---|---|
 * | 0 | 1 | item-type 55H |
 * | 1 | 1 | reserved |
 * | 2 | 2 | item-length |
 * | 4 | 1–16 | implementation-version-name, ISO 646; as received it may be longer or empty |
 */
export const implementationVersionNameItemType = 0x55

export function decodeImplementationVersionName(content: ByteReader): string {
  return content.text(content.remaining, 'implementation-version-name')
}

/** @throws UsageError `DCM_IMPLEMENTATION_VERSION_NAME` */
export function encodeImplementationVersionName(name: string): Uint8Array {
  if (/^[ -~]{1,16}$/.test(name)) return encodeItem(implementationVersionNameItemType, [encodeLatin1(name)])
  throw new UsageError(
    `implementation version name ${JSON.stringify(name.slice(0, 64))} (${String(name.length)} characters) is not allowed; ` +
      'allowed are 1 to 16 printable ASCII characters',
    'DCM_IMPLEMENTATION_VERSION_NAME',
  )
}
