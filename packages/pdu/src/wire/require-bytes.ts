import { UsageError } from '../usage-error.ts'

/**
 * What JavaScript lets pass where bytes belong: an ArrayBuffer has no length, and would be none; text would be zeros.
 *
 * @throws UsageError `DCM_BYTES_TYPE`
 */
export function requireBytes(bytes: unknown, what: string): void {
  if (bytes instanceof Uint8Array) return
  throw new UsageError(`${what} is of type ${typeof bytes}; allowed is a Uint8Array`, 'DCM_BYTES_TYPE')
}
