export { type AeTitlePins, aeTitlePins } from './ae-title-pins.ts'
export type {
  CertificateCredentials,
  CredentialSource,
  Pem,
  PreSharedKeyCredentials,
  TlsIdentity,
} from './credentials.ts'
export type {
  AnonymousMessage,
  ExpiryMessage,
  RefusedMessage,
  RotatedMessage,
  SecuredMessage,
} from './diagnostics.ts'
export type { TlsErrorCode } from './error-code.ts'
export type { OwnCertificate } from './own-certificate.ts'
export { type CertificateProfileName, type TlsProfile, type TlsProfileName, tlsProfiles } from './profiles.ts'
export { parsePreSharedKeys } from './pre-shared-keys.ts'
export { tls } from './tls.ts'
export type { TlsCertificateOptions, TlsOptions, TlsPreSharedKeyOptions, TlsProvider } from './tls-options.ts'
