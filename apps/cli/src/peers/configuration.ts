/** TLS with certificates or pre-shared keys. Paths are absolute, or relative to the configuration file. */
export interface TlsSettings {
  readonly kind: 'tls'
  /** `bcp195-rfc8996` when nothing is said. */
  readonly profile?: string
  readonly key?: string
  readonly certificate?: string
  /** Key and certificate in one bundle. */
  readonly pkcs12?: string
  /** A file whose first line opens an encrypted key or bundle. */
  readonly passphraseFile?: string
  readonly ca?: string
  readonly crl?: string
  readonly clientAuthentication?: string
  /** The name demanded in a server's certificate; `any` for none. */
  readonly serverName?: string
  readonly pinnedFingerprint?: string
  /** A file of keys, in place of all that is about certificates. */
  readonly preSharedKeys?: string
  /** The one that is ours to call with; the only one when nothing is said. */
  readonly preSharedKeyIdentity?: string
}

/** The ISCL-style layer. */
export interface IsclSettings {
  readonly kind: 'iscl'
  /** A key file. */
  readonly keys?: string
  readonly identity?: string
  readonly peer?: string
}

export type SecuritySettings = TlsSettings | IsclSettings

/** A peer with a name. */
export interface NamedPeer {
  readonly address: string
  /** Our AE title towards it. */
  readonly aeTitle?: string
}

/** What the configuration file says. */
export interface Configuration {
  readonly aeTitle?: string
  readonly peers: ReadonlyMap<string, NamedPeer>
  readonly security: ReadonlyMap<string, SecuritySettings>
}

export const emptyConfiguration: Configuration = { peers: new Map(), security: new Map() }
