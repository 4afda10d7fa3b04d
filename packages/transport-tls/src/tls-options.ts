import type { SecurityProvider } from '@dcm/transport'
import type { CertificateCredentials, CredentialSource, PreSharedKeyCredentials } from './credentials.ts'
import type { OwnCertificate } from './own-certificate.ts'
import type { CertificateProfileName } from './profiles.ts'

export interface TlsCertificateOptions {
  /** Default `bcp195-rfc8996`, the profile in force (PS3.15 B.12). */
  readonly profile?: CertificateProfileName
  readonly credentials: CredentialSource<CertificateCredentials>
  /**
   * `required`, the default: both sides prove themselves. `none`: an acceptor asks clients for no certificate and a requestor
   * shows none; each anonymous client is published on `dcm:transport-tls:anonymous`.
   */
  readonly clientAuthentication?: 'required' | 'none'
  /**
   * The name a requestor demands in the server's certificate. Default the host that was called; `false` for any name, for sites
   * whose certificates carry none that is called, best together with {@link pinnedFingerprints}.
   */
  readonly serverName?: string | false
  /** Only these certificates, besides all else: SHA-256 fingerprints, upper-case hex with colons. */
  readonly pinnedFingerprints?: readonly string[]
  /**
   * From how many days before its end a certificate of ours, or a CA, is warned about. Default 30, a month to renew it. A revocation
   * list is warned about when a quarter of its life is left, at the earliest so many days before its end.
   */
  readonly expiryWarningDays?: number
}

export interface TlsPreSharedKeyOptions {
  readonly profile: 'psk'
  readonly credentials: CredentialSource<PreSharedKeyCredentials>
}

export type TlsOptions = TlsCertificateOptions | TlsPreSharedKeyOptions

export interface TlsProvider extends SecurityProvider {
  /** What we show to peers now, and until when it is valid. Empty with pre-shared keys. */
  certificates(): Promise<readonly OwnCertificate[]>
  /**
   * Asks the credentials' source again. New handshakes use what it gives; associations go on as they are.
   *
   * @throws SecurityError `DCM_TLS_CREDENTIALS`; the old credentials then stay in force.
   */
  rotate(): Promise<void>
}
