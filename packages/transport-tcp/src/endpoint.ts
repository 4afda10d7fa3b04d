import { type NetworkAddress, UsageError } from '@dcm/transport'

/** A host and a port, which is all the addresses TCP has. */
export type Endpoint = Extract<NetworkAddress, { readonly host: string }>

/** @throws UsageError `DCM_ADDRESS_UNSUPPORTED` for a path, or no host, `DCM_PORT_RANGE` */
export function requireEndpoint(address: NetworkAddress, lowestPort: number): Endpoint {
  const given: unknown = address
  // From JavaScript: `104`, `'archive:104'`.
  if (typeof given !== 'object' || given === null) {
    throw new UsageError(
      `tcp() needs an address such as { host: 'archive', port: 104 }, not ${shown(given)}`,
      {
        code: 'DCM_ADDRESS_UNSUPPORTED',
      },
    )
  }
  if ('path' in address) {
    throw new UsageError(`tcp() needs a host and a port, not the path ${address.path}`, {
      code: 'DCM_ADDRESS_UNSUPPORTED',
    })
  }
  const { host, port } = address
  // From JavaScript. Node would take none for localhost, or for all addresses of this host.
  if (typeof host !== 'string' || host === '') {
    throw new UsageError(`tcp() needs a host, not ${shown(host)}`, { code: 'DCM_ADDRESS_UNSUPPORTED' })
  }
  if (Number.isInteger(port) && port >= lowestPort && port <= 65_535) return address
  throw new UsageError(
    `port ${shown(port)} is out of range; allowed are numbers from ${String(lowestPort)} to 65535`,
    { code: 'DCM_PORT_RANGE' },
  )
}

/** A text in quotes, which no number is. */
function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

/** An end of a socket. A dual-stack listener shows IPv4 peers as `::ffff:192.0.2.1`; people write `192.0.2.1`. */
export function endpoint(host: string | undefined, port: number | undefined): Endpoint {
  // A socket whose peer has gone already cannot say who it was.
  return { host: (host ?? '').replace(/^::ffff:(?=\d+\.)/, ''), port: port ?? 0 }
}
