import { SecurityError } from '@dcm/transport'
import type { TlsErrorCode } from './error-code.ts'
import { tlsError } from './tls-error.ts'

/** Node's and OpenSSL's codes for a failed handshake, in our words. The only place that knows them. */
export function handshakeError(cause: unknown): SecurityError {
  if (cause instanceof SecurityError) return cause
  const nodeCode = codeOf(cause)
  const [code, message] = translations[nodeCode] ?? alert(nodeCode) ?? other
  return tlsError(code, nodeCode === '' ? message : `${message} (${nodeCode})`, cause)
}

const closed = [
  'DCM_TLS_PEER_CLOSED',
  'the peer closed the connection during the TLS handshake, as one does that does not trust our certificate',
] as const
const notTls = [
  'DCM_TLS_NOT_TLS',
  'what the peer sends is not TLS; does one side expect plain DICOM?',
] as const
const version = ['DCM_TLS_VERSION', 'the peer offers no TLS version that the profile allows'] as const
const noCommon = [
  'DCM_TLS_NO_COMMON_ALGORITHM',
  'the peer offers no cipher suite, group or signature algorithm that the profile and our certificates allow',
] as const
const protocol = [
  'DCM_TLS_APPLICATION_PROTOCOL',
  'the peer offers application protocols (ALPN) and dicom is not among them',
] as const
const altered = ['DCM_TLS_INTEGRITY', 'a handshake message was altered, or made with another key'] as const
const other = ['DCM_TLS_HANDSHAKE', 'the TLS handshake failed'] as const

const translations: Record<string, readonly [TlsErrorCode, string]> = {
  ECONNRESET: closed,
  EPIPE: closed,
  ERR_STREAM_PREMATURE_CLOSE: closed,
  ERR_SSL_UNEXPECTED_EOF_WHILE_READING: closed,
  ERR_SSL_WRONG_VERSION_NUMBER: notTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: notTls,
  ERR_SSL_DATA_LENGTH_TOO_LONG: notTls,
  ERR_SSL_HTTP_REQUEST: notTls,
  ERR_SSL_UNSUPPORTED_PROTOCOL: version,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: version,
  ERR_SSL_NO_SHARED_CIPHER: noCommon,
  ERR_SSL_NO_SUITABLE_KEY_SHARE: noCommon,
  ERR_SSL_NO_SUITABLE_GROUPS: noCommon,
  ERR_SSL_NO_SHARED_GROUPS: noCommon,
  ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM: noCommon,
  ERR_SSL_NO_SHARED_SIGNATURE_ALGORITHMS: noCommon,
  ERR_SSL_NO_APPLICATION_PROTOCOL: protocol,
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: protocol,
  ERR_SSL_BINDER_DOES_NOT_VERIFY: altered,
  ERR_SSL_BAD_SIGNATURE: altered,
  ERR_SSL_DIGEST_CHECK_FAILED: altered,
  ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC: altered,
}

/** OpenSSL names what the peer's alert says behind ALERT_: `ERR_SSL_TLSV1_ALERT_UNKNOWN_CA`. */
function alert(nodeCode: string): readonly [TlsErrorCode, string] | undefined {
  const reason = nodeCode.split('_ALERT_')[1]
  if (reason === undefined) return undefined
  return [
    'DCM_TLS_REFUSED_BY_PEER',
    `the peer refused the handshake: ${reason.toLowerCase().replaceAll('_', ' ')}`,
  ]
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
