import { AssociationAbortedError, AssociationRejectedError, UsageError } from '@dcm/association'
import { SecurityError } from '@dcm/transport'

/**
 * Whether trying again may help. A peer that is away, busy or breaks off may be better in a moment; one that does not know us, or
 * whose certificate is wrong, needs a person (PS3.8 Table 9-21: rejected-permanent).
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof AssociationRejectedError) return error.result === 2
  if (error instanceof AssociationAbortedError) return !distrusted.test(codeOf(error.cause))
  return !(error instanceof SecurityError || error instanceof UsageError)
}

/** PS3.4 Table B.2-1: A7xx, refused, out of resources, is the only failure that passes by itself; 0213H, resource limitation, too. */
export function isTransientStatus(status: number): boolean {
  return (status >= 0xa700 && status <= 0xa7ff) || status === 0x0213
}

/**
 * What ends an association whose peer judged our certificate or key when the handshake was over for us (RFC 8446 4.4.2): the alerts of
 * TLS as OpenSSL names them, `ERR_SSL_TLSV1_ALERT_UNKNOWN_CA`, and ISCL's word for another traffic key.
 */
const distrusted = /_ALERT_(\w*CERTIFICATE\w*|UNKNOWN_CA|ACCESS_DENIED)$|_AUTH_FAILED$/

function codeOf(cause: unknown): string {
  const { code } = Object(cause) as { code?: unknown }
  return typeof code === 'string' ? code : ''
}
