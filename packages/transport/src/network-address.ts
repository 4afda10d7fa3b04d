/** Where a connection starts or ends: a TCP endpoint, or a path for local sockets. */
export type NetworkAddress =
  | {
      /** A host name, or an IPv4 or IPv6 address without brackets. */
      readonly host: string
      /** 0–65535; 0 asks a listener for any free port. */
      readonly port: number
    }
  | { readonly path: string }

/** `host:port`, `[::1]:port` for IPv6, or the path. */
export function formatAddress(address: NetworkAddress): string {
  if ('path' in address) return address.path
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  return `${host}:${String(address.port)}`
}
