import type { Option } from './option.ts'

/** Where the configuration is, and our AE title. */
export const configurationOptions: readonly Option[] = [
  { name: 'aet', short: 'a', value: 'TITLE', summary: 'our AE title (default DCM, or the configuration’s)' },
  {
    name: 'config',
    value: 'FILE',
    completes: 'file',
    summary: 'named peers and security (default ~/.config/dcm/config.json)',
  },
]

export const securityOptions: readonly Option[] = [
  { name: 'tls-key', value: 'FILE', completes: 'file', summary: 'for +tls: our private key, PEM' },
  { name: 'tls-cert', value: 'FILE', completes: 'file', summary: 'for +tls: our certificate, PEM' },
  {
    name: 'tls-p12',
    value: 'FILE',
    completes: 'file',
    summary: 'for +tls: both in a PKCS #12 bundle instead',
  },
  {
    name: 'tls-passphrase-file',
    value: 'FILE',
    completes: 'file',
    summary: 'for +tls: its first line opens an encrypted key or bundle',
  },
  { name: 'tls-ca', value: 'FILE', completes: 'file', summary: 'for +tls: the CA that is believed, PEM' },
  { name: 'tls-crl', value: 'FILE', completes: 'file', summary: 'for +tls: what that CA has revoked, PEM' },
  {
    name: 'tls-name',
    value: 'NAME',
    summary: 'for +tls: the name in the peer’s certificate, or any (default the host)',
  },
  { name: 'tls-profile', value: 'NAME', summary: 'for +tls: profile of PS3.15 (default bcp195-rfc8996)' },
  {
    name: 'tls-psk',
    value: 'FILE',
    completes: 'file',
    summary: 'for +tls: pre-shared keys instead of certificates, one IDENTITY:KEY a line, the key in hex',
  },
  {
    name: 'tls-psk-identity',
    value: 'NAME',
    summary: 'for +tls: whose of these keys we call with (default the only one)',
  },
  { name: 'iscl-keys', value: 'FILE', completes: 'file', summary: 'for +iscl: the key file' },
  { name: 'iscl-identity', value: 'NAME', summary: 'for +iscl: our identity' },
]

/** Of every command that calls a peer. */
export const connectionOptions: readonly Option[] = [
  ...configurationOptions,
  {
    name: 'timeout',
    short: 't',
    value: 'SECONDS',
    summary:
      'how long the peer may be silent (default 10 to connect, 10 to secure that, 30 to accept, 300 to answer)',
  },
  { name: 'user', value: 'NAME', summary: 'user identity to tell the peer' },
  {
    name: 'passcode-file',
    value: 'FILE',
    completes: 'file',
    summary: 'its first line is the passcode that goes with --user',
  },
  ...securityOptions,
  { name: 'verbose', short: 'v', summary: 'show the association as it was negotiated' },
]
