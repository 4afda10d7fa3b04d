import type { Command } from '../command.ts'

export const certs: Command = {
  name: 'certs',
  usage: 'ca | server NAME | client NAME | p12 NAME | revoke FILE… | crl | show FILE…',
  summary: 'make, show and revoke the certificates of a site for TLS',
  description:
    'A CA of your own, and certificates below it for servers (which also call, when they move) and clients. Keys are RSA 3072, unencrypted, and readable by their owner only; no key or certificate is ever overwritten. p12 writes NAME.p12 with the key, its certificate and the CA’s. revoke and crl write crl.pem, which says what is no longer good; it has to be renewed before it ends. Keep ca.key.pem off the network.',
  options: [
    {
      name: 'out',
      short: 'o',
      value: 'FOLDER',
      completes: 'folder',
      summary: 'where ca.pem is and new files go (default certs)',
    },
    { name: 'name', value: 'NAME', summary: 'for ca: its name (default DICOM site CA)' },
    {
      name: 'host',
      value: 'HOST',
      multiple: true,
      summary: 'for server: a host name or address under which it is called; repeat it for each',
    },
    {
      name: 'days',
      value: 'DAYS',
      summary: 'how long it is valid (default 3650 for the CA, 30 for crl.pem, 730 for others)',
    },
    {
      name: 'p12-password-file',
      value: 'FILE',
      completes: 'file',
      summary: 'for p12: its first line is the password (default a random one, in NAME.p12.password)',
    },
  ],
  examples: [
    ['certs ca --name "Example Hospital CA"', 'certs/ca.key.pem and certs/ca.pem'],
    [
      'certs server archive --host pacs.example --host 10.0.0.7',
      'certs/archive.key.pem and certs/archive.pem',
    ],
    ['certs client ct-1', 'certs/ct-1.key.pem and certs/ct-1.pem'],
    ['certs p12 ct-1', 'certs/ct-1.p12 for products that import a bundle, and its password in a file'],
    ['certs revoke certs/ct-1.pem', 'certs/crl.pem, for --tls-crl of the archive'],
    ['certs crl --days 30', 'the same list, good for another 30 days'],
    ['certs show certs/*.pem', 'who they are of, their fingerprints, and until when they are good'],
  ],
  completes: 'files',
  words: ['ca', 'server', 'client', 'p12', 'revoke', 'crl', 'show'],
  load: () => import('./run.ts'),
}
