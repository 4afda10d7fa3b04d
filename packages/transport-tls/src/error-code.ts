/** Why a TLS layer refused, or was refused. The code of every {@link SecurityError} of this package. */
export type TlsErrorCode =
  /** An option of `tls()` is out of its range. */
  | 'DCM_TLS_OPTION'
  /** Our own keys, certificates, CA or CRL cannot be used. */
  | 'DCM_TLS_CREDENTIALS'
  /** The signal ended the handshake; `cause` is its reason. */
  | 'DCM_TLS_ABORTED'
  /** The peer closed or reset before the handshake was over. */
  | 'DCM_TLS_PEER_CLOSED'
  /** A DICOM peer without TLS on a TLS port. */
  | 'DCM_TLS_PLAIN_DICOM'
  /** HTTP on a TLS port. */
  | 'DCM_TLS_HTTP'
  /** The peer's bytes are not TLS. */
  | 'DCM_TLS_NOT_TLS'
  /** The peer does not speak TLS 1.2 or 1.3 as the profile asks. */
  | 'DCM_TLS_VERSION'
  /** No cipher suite, group or signature algorithm in common. */
  | 'DCM_TLS_NO_COMMON_ALGORITHM'
  /** The peer offers application protocols, and `dicom` is not one of them. */
  | 'DCM_TLS_APPLICATION_PROTOCOL'
  /** What was negotiated is outside the profile. */
  | 'DCM_TLS_PROFILE'
  /** A handshake message was altered, or made with another key. */
  | 'DCM_TLS_INTEGRITY'
  /** The peer ended the handshake with an alert; `cause` names it. */
  | 'DCM_TLS_REFUSED_BY_PEER'
  /** Any other failure of the handshake; `cause` has OpenSSL's words. */
  | 'DCM_TLS_HANDSHAKE'
  /** The peer showed no certificate and one is required. */
  | 'DCM_TLS_NO_CERTIFICATE'
  /** The chain does not end at one of our CAs. */
  | 'DCM_TLS_CERTIFICATE_UNTRUSTED'
  | 'DCM_TLS_CERTIFICATE_EXPIRED'
  | 'DCM_TLS_CERTIFICATE_NOT_YET_VALID'
  | 'DCM_TLS_CERTIFICATE_REVOKED'
  /** Key too short, or signed with a digest older than SHA-256. */
  | 'DCM_TLS_CERTIFICATE_WEAK'
  /** The certificate may not be used as a TLS client's, or server's. */
  | 'DCM_TLS_CERTIFICATE_PURPOSE'
  /** The revocation list is missing, expired or unreadable, so nobody can be let in. */
  | 'DCM_TLS_REVOCATION_UNKNOWN'
  /** The certificate is not for the host that was called. */
  | 'DCM_TLS_SERVER_NAME'
  /** A trusted certificate, but none of the pinned ones. */
  | 'DCM_TLS_NOT_PINNED'
  /** An unknown pre-shared key identity, or none. */
  | 'DCM_TLS_PRE_SHARED_KEY'
