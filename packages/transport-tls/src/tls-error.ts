import { SecurityError } from '@dcm/transport'
import type { TlsErrorCode } from './error-code.ts'

/** The name of this layer in errors and security contexts. */
export const layerName = 'tls'

export function tlsError(code: TlsErrorCode, message: string, cause?: unknown): SecurityError {
  return new SecurityError(message, { code, profile: layerName, ...(cause === undefined ? {} : { cause }) })
}
