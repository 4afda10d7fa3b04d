/** Every option, in the words of `parseArgs`. */
export const options = {
  host: { type: 'string' },
  port: { type: 'string' },
  'no-plain': { type: 'boolean' },
  aet: { type: 'string' },
  store: { type: 'string' },
  durability: { type: 'string' },
  'artim-timeout': { type: 'string' },
  'max-associations': { type: 'string' },
  'check-called-aet': { type: 'boolean' },
  'accept-unknown-sop-classes': { type: 'boolean' },
  'tls-port': { type: 'string' },
  'tls-profile': { type: 'string' },
  'tls-key': { type: 'string', multiple: true },
  'tls-cert': { type: 'string', multiple: true },
  'tls-p12': { type: 'string', multiple: true },
  'tls-passphrase-file': { type: 'string' },
  'tls-ca': { type: 'string', multiple: true },
  'tls-crl': { type: 'string', multiple: true },
  'tls-client-auth': { type: 'string' },
  'tls-psk': { type: 'string' },
  'tls-aet-pins': { type: 'string' },
  'iscl-port': { type: 'string' },
  'iscl-keys': { type: 'string' },
  'iscl-identity': { type: 'string' },
  'log-level': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

export const help = `Usage: dcm-archive [options]

Receives DICOM objects (C-STORE) and keeps them as files; answers C-ECHO.

  --host HOST                    address to listen on           (default all, IPv6 and IPv4)
  --port PORT                    TCP port, 0 for any free one   (default 11112)
  --no-plain                     no plain port: TLS or ISCL only
  --aet TITLE                    our AE title                   (default ARCHIVE)
  --store DIR                    folder for what is received    (default archive-data)
  --durability fsync|os          when an object counts as kept: on the disk, or
                                 handed to the operating system (default fsync)
  --artim-timeout SECONDS        wait for a request or a close  (default 30)
  --max-associations N           associations at once           (default 100)
  --check-called-aet             refuse other called AE titles
  --accept-unknown-sop-classes   keep private and unknown SOP classes too
  --log-level LEVEL              trace, debug, info, warn, error,
                                 fatal or silent                (default info)

TLS, on a port of its own. Files are PEM; keys, certificates, bundles, CAs and CRLs may be several.
  --tls-key FILE                 our private key; an RSA and an ECDSA one may stand side by side
  --tls-cert FILE                its certificate, and the CAs between
  --tls-p12 FILE                 both in a PKCS#12 bundle instead
  --tls-passphrase-file FILE     its first line opens an encrypted key or bundle
  --tls-ca FILE                  the CAs that are believed, and no others, up to their root
  --tls-crl FILE                 revocation lists; with one, each CA needs a current one
  --tls-client-auth required|none   none lets clients in without a certificate (default required)
  --tls-profile NAME             bcp195-rfc8996 (default), bcp195-rfc8996-modified,
                                 bcp195-non-downgrading, bcp195-extended, or
                                 psk: pre-shared keys of TLS 1.3 instead of certificates
  --tls-psk FILE                 for psk: one IDENTITY:KEY a line, the key in hex
  --tls-aet-pins FILE            JSON { "AETITLE": ["SHA-256 fingerprint, or identity", …] }: over TLS only
                                 these call, each with its own; elsewhere, only others
  --tls-port PORT                (default 2762)

ISCL-style layer with pre-shared keys, experimental and our own, on a port of its own.
  --iscl-keys FILE               key file
  --iscl-identity NAME           our name, as our peers' key files have it
  --iscl-port PORT               (default 2761)

  --help

Each option can come from the environment: --max-associations is DCM_MAX_ASSOCIATIONS,
and so on; flags take 1 or true, 0 or false; several files stand in one list as in PATH. The command line wins.

SIGHUP: read keys, certificates, CAs, CRLs and pins anew, for connections to come.
SIGTERM or SIGINT: accept no more, finish what runs, exit 0. A second one: stop at once.
`
