/** PEM text, or its bytes; several blocks may stand in one. */
export type Pem = string | Uint8Array

/** A private key and the certificate that belongs to it. */
export type TlsIdentity =
  | {
      /** PKCS #8 or traditional PEM, encrypted or not. */
      readonly key: Pem
      /** The certificate, followed by the intermediates a peer needs. */
      readonly certificate: Pem
      /** Opens an encrypted key. */
      readonly passphrase?: string
    }
  | {
      /** A PKCS #12 bundle. */
      readonly pkcs12: Uint8Array
      readonly passphrase?: string
    }

export interface CertificateCredentials {
  /**
   * What we show: one for each kind of key, for example RSA and ECDSA side by side; the peer's suites choose. May be empty only
   * for a requestor that stays anonymous (`clientAuthentication: 'none'`).
   */
  readonly identities: readonly TlsIdentity[]
  /** The CAs whose certificates we believe. Nothing else is believed: not Node's list, not a CA inside a bundle. */
  readonly ca: Pem | readonly Pem[]
  /** Revocation lists. Once given, each CA in a chain needs a current one, or the peer is refused. */
  readonly crl?: Pem | readonly Pem[]
}

export interface PreSharedKeyCredentials {
  /**
   * Keys by identity, at least 16 bytes each, random (RFC 9257 6). An acceptor knows all its peers' keys; a requestor
   * uses {@link identity}'s.
   */
  readonly keys: ReadonlyMap<string, Uint8Array>
  /** Which key a requestor uses. Identities travel in the clear. */
  readonly identity?: string
}

/** A value, or where to get it: called once, and again by `rotate()`. */
export type CredentialSource<T> = T | (() => T | Promise<T>)
