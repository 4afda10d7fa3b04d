import { SecurityError } from '@dcm/transport'
import type { CredentialSource } from './credentials.ts'
import { tlsError } from './tls-error.ts'

/** Asks the source, and makes a generation of what it gives; every failure is a SecurityError `DCM_TLS_CREDENTIALS`. */
export async function loadSource<T, R>(
  source: CredentialSource<T>,
  build: (credentials: T) => R,
): Promise<R> {
  try {
    return build(await (isFunction(source) ? source() : source))
  } catch (cause) {
    if (cause instanceof SecurityError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw tlsError('DCM_TLS_CREDENTIALS', `the credentials cannot be used: ${reason}`, cause)
  }
}

function isFunction<T>(source: CredentialSource<T>): source is () => T | Promise<T> {
  return typeof source === 'function'
}
