import type { NetworkAddress } from '@dcm/transport'

export const anyPort = { host: '127.0.0.1', port: 0 } as const

export function portOf(address: NetworkAddress): string {
  if ('port' in address) return String(address.port)
  throw new Error(`${address.path} has no port`)
}
