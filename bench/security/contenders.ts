import type { Layer } from '../load/open-stream.ts'
import type { Contender } from '../receive/servers.ts'
import { acceptorIdentity, type Credentials } from './credentials.ts'

/** A kind of server, and how it is reached. */
export interface SecuredContender extends Contender {
  readonly layer: Layer
}

/** One archive for all: the same process, the port alone is another. */
export function archives({
  key,
  certificate,
  acceptorKeys,
}: Credentials): Readonly<Record<Layer, SecuredContender>> {
  const archive = (layer: Layer, name: string, options: (port: string) => string[]): SecuredContender => ({
    name,
    protocol: 'dicom',
    layer,
    command: ({ directory, port }) => [
      process.execPath,
      'apps/archive/dist/main.js',
      ...['--host', '127.0.0.1', '--store', directory, '--durability', 'os', '--max-associations', '2000'],
      ...options(String(port)),
    ],
  })
  const pem = ['--tls-key', key, '--tls-cert', certificate, '--tls-ca', certificate]
  const ring = ['--iscl-keys', acceptorKeys, '--iscl-identity', acceptorIdentity]
  return {
    none: archive('none', 'archive, plain', (port) => ['--port', port]),
    tls: archive('tls', 'archive, TLS', (port) => ['--no-plain', '--tls-port', port, ...pem]),
    iscl: archive('iscl', 'archive, ISCL', (port) => ['--no-plain', '--iscl-port', port, ...ring]),
  }
}

/** The limit: Node's TLS, and nothing that is understood. */
export function bareTls({ key, certificate }: Credentials): SecuredContender {
  return {
    name: 'bare node:tls',
    protocol: 'plain',
    layer: 'tls',
    command: ({ directory, port, workload }) => [
      ...[process.execPath, 'bench/security/bare-tls-server.ts', String(port), key, certificate],
      ...(workload.kind === 'store' ? [directory] : []),
    ],
  }
}

/** As fast as it can be told to be: bit-preserving, large PDUs, no look-up of host names. */
export function storescpTls({ key, certificate }: Credentials): SecuredContender {
  return {
    name: 'DCMTK storescp +tls',
    protocol: 'dicom',
    layer: 'tls',
    command: ({ directory, port }) => [
      ...['storescp', '+B', '-pdu', '131072', '-dhl', '+tls', key, certificate, '+cf', certificate],
      ...['-od', directory, String(port)],
    ],
  }
}
